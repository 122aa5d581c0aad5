import type { DataProject } from "../../domain/dataProject.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Ports } from "../../ports.ts";
import type { VersionFacts } from "../../ports/definitions.ts";
import { isOfProject } from "../orders/findOrder.ts";

/** What a run knows of its project. Its version is 0 where it ended before it knew one. */
export type RanBy = Pick<Execution, "project" | "projectVersion" | "startedAt">;

/** So many projects of one name, one after another, are told apart. */
const projectsMax = 50;

/**
 * The project of a run as it stands, or as it stood when it was deleted, whatever has its name by now. Undefined where
 * nobody knows it any more.
 */
export async function projectOfRun({ definitions }: Ports, run: RanBy): Promise<DataProject | undefined> {
  const { project: name } = run;
  const living = await definitions.find("project", name);
  let last: VersionFacts | undefined =
    living ?? (await definitions.listVersions("project", name, { limit: 1 })).items[0];
  for (let looked = 0; last && looked < projectsMax; looked++) {
    if (await isBy(definitions, run, last)) {
      return last === living ? living.value : definitions.findRevision("project", name, last.revision);
    }
    last = await definitions.findVersion("project", name, (last.firstVersion ?? 1) - 1);
  }
  return undefined;
}

/** By the version that it knew; without one by the time, since nothing runs before its project is made. */
async function isBy(definitions: Ports["definitions"], run: RanBy, last: VersionFacts): Promise<boolean> {
  const { firstVersion = 1 } = last;
  if (firstVersion === 1) return true;
  if (run.projectVersion > 0) return isOfProject(last, run.projectVersion);
  const first = await definitions.findVersion("project", run.project, firstVersion);
  return first === undefined || run.startedAt >= first.savedAt;
}
