import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useMe } from "../../parts/Me.tsx";
import { isSameName } from "../../parts/project.ts";
import { useProjectJobs } from "../useLastRun.ts";
import type { PanelProps } from "./panelProps.ts";

/** As in the original, where nothing says another one. */
const defaultCompany = "DAT";

/** The company whose records a preview compares with: that of a job of the project, where it has one. */
export function useCompany({ stored, entity }: Pick<PanelProps, "stored" | "entity">): string | undefined {
  const { data: jobs } = useProjectJobs(stored.value);
  if (!entity.isPerCompany) return undefined;
  return jobs?.find(({ company }) => company !== undefined)?.company ?? defaultCompany;
}

/** What an import of the line's sample would come to, as the project is saved. Only a manager may ask. */
export function usePreview(
  { stored, line, entity }: PanelProps,
  wish: { company?: string | undefined; limit: number },
) {
  const api = useApi();
  const { mayManage } = useMe();
  const usual = useCompany({ stored, entity });
  const company = entity.isPerCompany ? (wish.company ?? usual) : undefined;
  const hasSample = line.sample !== undefined && isSameName(line.entity, entity.name);
  return useQuery({
    queryKey: ["preview", stored.value.name, line, company, wish.limit],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/projects/{name}/lines/{entity}/preview", {
          params: {
            path: { name: stored.value.name, entity: line.entity },
            query: { limit: wish.limit, ...(company !== undefined && { company }) },
          },
          headers: { "content-type": "application/octet-stream" },
          signal,
        }),
      ),
    enabled: mayManage && hasSample,
    placeholderData: keepPreviousData,
    // It reads a file and records: nothing for every few seconds.
    refetchInterval: false,
    refetchOnWindowFocus: false,
  });
}
