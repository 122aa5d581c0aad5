import type { Actor } from "../../domain/caller.ts";
import type { Ports } from "../../ports.ts";
import type { OpenBacklog } from "../enqueue/openBacklog.ts";
import { type JudgedProject, pinVersions } from "./pinVersions.ts";
import { type RunWish, openProject } from "./openProject.ts";

/** What somebody asks of one import of a project. */
export interface ImportWish extends RunWish {
  readonly source: "file" | "package";
  /** False keeps the records in staging, whatever the project says; absent: as the project says. */
  readonly execute?: boolean;
  /** Ends it at the first entity with a rejected record, whose records then stay out as well. */
  readonly failOnError?: boolean;
  /** By what it runs, whatever is saved until it begins; absent: by what is the newest then. */
  readonly judged?: JudgedProject;
}

/** The backlog of a project's own imports, with the order of the one that is asked for. Throws as `openProject` does. */
export async function openImports(ports: Ports, wish: ImportWish, by: Actor): Promise<OpenBacklog> {
  const { activityId, gate, company, order: own } = await openProject(ports, wish, "import", by);
  const { source, execute, failOnError, judged } = wish;
  const asked = { ...(execute !== undefined && { execute }), ...(failOnError && { failOnError }) };
  const order = { ...own, source, ...asked };
  const versions = judged && (await pinVersions(ports, order, judged));
  return {
    activityId,
    gate,
    order,
    isOwnOrder: true,
    ...(versions && { versions }),
    rules: { ...(company && { company }), useCompanyFromMessage: false, duplicateWindowMinutes: 0 },
    isFresh: true,
    reopen: () => openImports(ports, wish, by),
  };
}
