import { useQueryClient } from "@tanstack/react-query";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { type Project, readProject, saveProject, type Stored } from "../parts/project.ts";
import type { PartOf } from "./partOf.ts";

interface Saving<P> {
  /** The project with the part as it was typed. */
  readonly draft: Project;
  readonly follow: (saved: Stored) => void;
  /** Somebody else was faster. */
  readonly meet: (newest: Stored, other: P) => void;
}

/** Saves the project in place of the version with that etag. */
export function useSave<P>(part: PartOf<P>, { etag, draft, follow, meet }: Saving<P> & { readonly etag: string }) {
  const api = useApi();
  const save = useProjectSave();
  return useChange(async () => {
    const now = await save(draft, etag);
    if (now) return follow(now);
    const newest = await readProject(api, draft.name);
    const other = part.read(newest.value);
    if (other === undefined) throw new Error("Somebody else took it out of the project.");
    meet(newest, other);
  });
}

/** Puts what the part belongs to back into the project as it is by now. */
export function useRestore<P>(part: PartOf<P>, { draft, follow, meet }: Saving<P>) {
  const api = useApi();
  const save = useProjectSave();
  return useChange(async () => {
    const newest = await readProject(api, draft.name);
    const other = part.read(newest.value);
    if (other !== undefined) return meet(newest, other);
    const now = await save(part.restore?.(newest.value, draft) ?? newest.value, newest.etag);
    if (!now) throw new Error("Somebody else saved the project in this moment. Try again.");
    follow(now);
  });
}

function useProjectSave() {
  const api = useApi();
  const queries = useQueryClient();
  return async (project: Project, etag: string): Promise<Stored | undefined> => {
    const now = await saveProject(api, project, etag);
    if (now) queries.setQueryData(["project", now.value.name], now);
    return now;
  };
}
