import type { Actor } from "../../domain/caller.ts";
import type { Ports } from "../../ports.ts";
import type { OpenBacklog } from "../enqueue/openBacklog.ts";
import { type RunWish, openProject } from "./openProject.ts";

/** What somebody asks of one import of a project. */
export interface ImportWish extends RunWish {
  readonly source: "file" | "package";
  /** False keeps the records in staging, whatever the project says; absent: as the project says. */
  readonly execute?: boolean;
}

/** The backlog of a project's own imports, with the order of the one that is asked for. Throws as `openProject` does. */
export async function openImports(ports: Ports, wish: ImportWish, by: Actor): Promise<OpenBacklog> {
  const { activityId, gate, company, order } = await openProject(ports, wish, "import", by);
  const { source, execute } = wish;
  return {
    activityId,
    gate,
    order: { ...order, source, ...(execute !== undefined && { execute }) },
    isOwnOrder: true,
    rules: { ...(company && { company }), useCompanyFromMessage: false, duplicateWindowMinutes: 0 },
    isFresh: true,
    reopen: () => openImports(ports, wish, by),
  };
}
