import type { DataProject } from "../../domain/dataProject.ts";
import type { Execution } from "../../domain/execution.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, VersionFacts } from "../../ports/definitions.ts";
import { isOfProject } from "../orders/findOrder.ts";

/** What a run knows of its project. Its version is 0 where it ended before it knew one. */
export type RanBy = Pick<Execution, "project" | "projectVersion" | "startedAt">;

/** So many projects of one name are looked at one after another; the run is as a rule by one of the last. */
const walkedMax = 8;

/**
 * The project of a run as it stands, or as it stood when it was deleted, whatever has its name by now. Undefined where
 * nobody knows it any more.
 */
export function projectOfRun(ports: Ports, run: RanBy): Promise<DataProject | undefined> {
  return projectsOfRuns(ports)(run);
}

/** The same of many runs: each project is looked at once. */
export function projectsOfRuns({ definitions }: Ports): (run: RanBy) => Promise<DataProject | undefined> {
  const found = new Map<string, Promise<Definition<DataProject> | undefined>>();
  const find = (name: string) => {
    const key = foldName(name);
    const project = found.get(key) ?? definitions.find("project", name);
    found.set(key, project);
    return project;
  };
  return async (run) => {
    const living = await find(run.project);
    if (living && (await isBy(definitions, run, living))) return living.value;
    return findFormer(definitions, run, living);
  };
}

/**
 * From the last one that had the name to the one that the run was by. However often somebody makes and removes projects of
 * that name, it is found: else its runs would be everybody's.
 */
async function findFormer(
  definitions: Ports["definitions"],
  run: RanBy,
  living: Definition<DataProject> | undefined,
): Promise<DataProject | undefined> {
  const { project: name } = run;
  const before = ({ firstVersion = 1 }: VersionFacts) => definitions.findVersion("project", name, firstVersion - 1);
  const newest = async () => (await definitions.listVersions("project", name, { limit: 1 })).items[0];
  let last = await (living ? before(living) : newest());
  for (let walked = 0; last && !(await isBy(definitions, run, last)); walked++) {
    last = await (walked < walkedMax ? before(last) : lastBy(definitions, run, last));
  }
  return last && definitions.findRevision("project", name, last.revision);
}

/** The last version of the project that the run was by: all behind it are later projects', so that halving finds it. */
async function lastBy(
  definitions: Ports["definitions"],
  run: RanBy,
  later: VersionFacts,
): Promise<VersionFacts | undefined> {
  let [low, high] = [1, later.firstVersion ?? 1];
  let found: VersionFacts | undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const version = await definitions.findVersion("project", run.project, middle);
    if (version && !(await isBy(definitions, run, version))) high = middle;
    else [low, found] = [middle + 1, version];
  }
  return found;
}

/** By the version that it knew; without one by the time, since nothing runs before its project is made. */
async function isBy(definitions: Ports["definitions"], run: RanBy, last: VersionFacts): Promise<boolean> {
  const { firstVersion = 1 } = last;
  if (firstVersion === 1) return true;
  if (run.projectVersion > 0) return isOfProject(last, run.projectVersion);
  const first = await definitions.findVersion("project", run.project, firstVersion);
  return first === undefined || run.startedAt >= first.savedAt;
}
