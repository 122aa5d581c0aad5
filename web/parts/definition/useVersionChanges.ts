import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import type { Used } from "./useUses.ts";

/** How it is told what a version of a definition changed. */
export function useVersionChanges({ list, name }: Used) {
  const api = useApi();
  return async (version: number, signal: AbortSignal): Promise<Schemas["DefinitionChanges"]> => {
    const params = { path: { name, version } };
    return read(await api.GET(`/manage/api/${list}/{name}/versions/{version}/changes`, { params, signal }));
  };
}
