import { isSameName } from "../../domain/dataEntity.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";

const pageDefinitions = 100;
const pagesMax = 200;

/** Every definition of a kind. Throws beyond 20,000, rather than leave some out of a rule. */
export async function allDefinitions<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
): Promise<readonly Definition<DefinitionTypes[K]>[]> {
  const all: Definition<DefinitionTypes[K]>[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const rest = continuation === undefined ? {} : { continuation };
    const page = await ports.definitions.list(kind, { limit: pageDefinitions, ...rest });
    all.push(...page.items);
    continuation = page.continuation;
    if (continuation === undefined) return all;
  }
  throw new Error(`There are more than ${pageDefinitions * pagesMax} definitions of kind ${kind}.`);
}

export async function projectsWithEntity(ports: Ports, entity: string): Promise<readonly DataProject[]> {
  const projects = await allDefinitions(ports, "project");
  return projects
    .map(({ value }) => value)
    .filter(({ lines }) => lines.some((line) => isSameName(line.entity, entity)));
}

export async function jobsOfProject(ports: Ports, project: string): Promise<readonly RecurringJob[]> {
  const jobs = await allDefinitions(ports, "job");
  return jobs.map(({ value }) => value).filter((job) => isSameName(job.project, project));
}
