import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import type { ListName } from "../../api/definitions.ts";

/** A definition whose versions are kept. */
export interface Versioned {
  readonly list: ListName | "projects";
  readonly name: string;
}

/** How it is told what a version of a definition changed. */
export function useVersionChanges({ list, name }: Versioned) {
  const api = useApi();
  return async (version: number, signal: AbortSignal): Promise<Schemas["DefinitionChanges"]> => {
    const params = { path: { name, version } };
    return read(await api.GET(`/manage/api/${list}/{name}/versions/{version}/changes`, { params, signal }));
  };
}
