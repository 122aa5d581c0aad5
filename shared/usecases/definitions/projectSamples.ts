import { createHash } from "node:crypto";
import type { DataProject } from "../../domain/dataProject.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Ports } from "../../ports.ts";

const filesMax = 500;

const folder = "samples/";

/** Where a project's sample files are kept; a name never begins like an execution's id. */
function prefixOf(project: string): string {
  const key = createHash("sha256").update(foldName(project.trim())).digest("hex");
  return `${folder}${key}/`;
}

/** Whether a file beside those of executions is some project's sample. */
export function isSampleFile(name: string): boolean {
  return name.startsWith(folder);
}

/** The name of the sample file that was checked at that time. */
export function sampleFile(project: string, checkedAt: string): string {
  return `${prefixOf(project)}${Date.parse(checkedAt)}`;
}

/**
 * Removes the sample files of a project that its lines no longer speak of, after a save; all of them when there is no
 * `next`. A file that no version ever spoke of may be one that is being checked just now, and so gets an hour.
 */
export async function removeStaleSamples(
  ports: Ports,
  name: string,
  before: DataProject | undefined,
  next: DataProject | undefined,
): Promise<void> {
  const [superseded, kept] = [filesOf(before), filesOf(next)];
  const old = ports.clock.now() - ports.settings.orphanAfterMs;
  const files = await ports.files.list("executions", prefixOf(name), { limit: filesMax });
  for (const file of files.items) {
    const isStale = !next || superseded.has(file.name) || file.createdAt < old;
    if (isStale && !kept.has(file.name)) await ports.files.remove("executions", file.name);
  }
}

function filesOf(project: DataProject | undefined): ReadonlySet<string> {
  const lines = project?.lines ?? [];
  return new Set(
    lines.flatMap(({ sample }) => (sample && project ? [sampleFile(project.name, sample.checkedAt)] : [])),
  );
}
