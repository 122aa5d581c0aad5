import { type DataEntity, entityProblems, isNamed, isSameName } from "../../domain/dataEntity.ts";
import { incompatibleChange } from "../../domain/entityChange.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { closeWithoutRecords } from "./closeEntity.ts";
import { jobFilterProblems } from "./jobFilterProblems.ts";
import { lineProblems } from "./lineProblems.ts";
import { allDefinitions, jobsOfProject, projectsWithEntity } from "./listDefinitions.ts";
import { ReferredError, requireNoProblems } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/**
 * Saves a data entity. What projects and jobs already rely on may not go, nor may stored records become unreadable:
 * both are a `conflict` that says what to change first.
 */
export async function saveEntity(
  ports: Ports,
  entity: DataEntity,
  ifMatch: IfMatch,
  applicationId: string,
): Promise<Saved<DataEntity>> {
  requireNoProblems(`Data entity "${entity.name}"`, entityProblems(entity));
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "entity", entity.name, ifMatch);
    await requireOwnNames(ports, entity);
    if (replaced) await requireFitsProjects(ports, entity);
    const free = replaced && (await closeForChange(ports, turn, replaced, entity));
    return writeDefinition(ports, turn, "entity", entity.name, entity, free, applicationId);
  });
}

/** The wire names an entity by its label or its AOT name, so neither may be any other entity's. */
async function requireOwnNames(ports: Ports, entity: DataEntity): Promise<void> {
  for (const { value: other } of await allDefinitions(ports, "entity")) {
    if (isSameName(other.name, entity.name)) continue;
    const path = isNamed(other, entity.aotName) ? "aotName" : isNamed(other, entity.name) ? "name" : undefined;
    if (path === undefined) continue;
    const message = `Data entity "${other.name}" (${other.aotName}) has this name.`;
    requireNoProblems(`Data entity "${entity.name}"`, [{ path, message }]);
  }
}

/** Where stored records would become unreadable there must be none, and none may come in meanwhile. */
async function closeForChange(
  ports: Ports,
  turn: Turn,
  before: Definition<DataEntity>,
  after: DataEntity,
): Promise<Definition<DataEntity>> {
  const change = incompatibleChange(before.value, after);
  if (change === undefined) return before;
  return closeWithoutRecords(ports, turn, before, (count) => {
    const { name } = before.value;
    return `${change}, but data entity "${name}" holds ${count} records. Empty it first: DELETE manage/api/entities/{name}/records.`;
  });
}

async function requireFitsProjects(ports: Ports, entity: DataEntity): Promise<void> {
  for (const project of await projectsWithEntity(ports, entity.name)) {
    const lines = project.lines.filter((line) => isSameName(line.entity, entity.name));
    const [problem] = lines.flatMap((line) => lineProblems(project, line, entity, line.entity));
    if (problem) {
      const text = `Data project "${project.name}" would break, at ${problem.path}: ${problem.message}`;
      throw new ReferredError(text, [{ kind: "project", name: project.name }]);
    }
    await requireFitsFilters(ports, project.name, entity);
    if (entity.isPerCompany && lines.some((line) => line.isEnabled)) await requireCompanies(ports, project.name);
  }
}

async function requireFitsFilters(ports: Ports, project: string, entity: DataEntity): Promise<void> {
  for (const job of await jobsOfProject(ports, project)) {
    const [problem] = jobFilterProblems(job, [entity]);
    if (!problem) continue;
    const text = `Recurring data job "${job.name}" would break, at ${problem.path}: ${problem.message}`;
    throw new ReferredError(text, [{ kind: "job", name: job.activityId }]);
  }
}

async function requireCompanies(ports: Ports, project: string): Promise<void> {
  const jobs = (await jobsOfProject(ports, project)).filter((job) => job.company === undefined);
  if (jobs.length === 0) return;
  const text = `Recurring data job "${jobs[0]?.name}" has no company, which a per-company entity needs.`;
  throw new ReferredError(
    text,
    jobs.map((job) => ({ kind: "job", name: job.activityId })),
  );
}
