import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import type { UsedList } from "../../api/definitions.ts";
import { usePages } from "../../api/usePages.ts";

export type Use = Schemas["DefinitionUse"];

export interface Used {
  readonly list: UsedList | "projects" | "jobs";
  /** Of a job its activity id. */
  readonly name: string;
}

export const useKinds: Readonly<Record<Use["kind"], string>> = {
  entity: "Data entity",
  project: "Data project",
  job: "Recurring data job",
  webhook: "Webhook",
};

/** The definitions that name this one. */
export function useUses({ list, name }: Used) {
  const api = useApi();
  return usePages([list, name, "uses"], async (continuation, signal) => {
    const query = { limit: 50, ...(continuation !== undefined && { continuation }) };
    const asked =
      list === "jobs"
        ? api.GET("/manage/api/jobs/{activityId}/uses", { params: { path: { activityId: name }, query }, signal })
        : api.GET(`/manage/api/${list}/{name}/uses`, { params: { path: { name }, query }, signal });
    return read(await asked);
  });
}
