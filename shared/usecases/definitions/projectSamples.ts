import { createHash } from "node:crypto";
import type { DataProject } from "../../domain/dataProject.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Ports } from "../../ports.ts";

const filesMax = 500;

/** Where a project's sample files are kept; a name never begins like an execution's id. */
function prefixOf(project: string): string {
  const key = createHash("sha256").update(foldName(project.trim())).digest("hex");
  return `samples/${key}/`;
}

/** The name of the sample file that was checked at that time. */
export function sampleFile(project: string, checkedAt: string): string {
  return `${prefixOf(project)}${Date.parse(checkedAt)}`;
}

/** Removes the sample files that no line of the project speaks of any more; all of them when it has no lines. */
export async function removeStaleSamples(ports: Ports, project: Pick<DataProject, "name" | "lines">): Promise<void> {
  const kept = new Set(
    project.lines.flatMap(({ sample }) => (sample ? [sampleFile(project.name, sample.checkedAt)] : [])),
  );
  const files = await ports.files.list("executions", prefixOf(project.name), { limit: filesMax });
  for (const { name } of files.items) if (!kept.has(name)) await ports.files.remove("executions", name);
}
