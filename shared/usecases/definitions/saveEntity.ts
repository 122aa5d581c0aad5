import { type DataEntity, entityProblems, isNamed, isSameName } from "../../domain/dataEntity.ts";
import { incompatibleChange } from "../../domain/entityChange.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Definition, Ports } from "../../ports.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { countRecords, interruptImports } from "./countRecords.ts";
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
    if (replaced) await requireFitsRecords(ports, replaced.value, entity);
    if (replaced) await requireFitsProjects(ports, entity);
    const saved = await writeDefinition(ports, turn, "entity", entity.name, entity, replaced, applicationId);
    if (replaced) await requireNothingCameIn(ports, turn, replaced.value, saved.definition, applicationId);
    return saved;
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

async function requireFitsRecords(ports: Ports, before: DataEntity, after: DataEntity): Promise<void> {
  const change = incompatibleChange(before, after);
  if (change !== undefined) refuseWithRecords(before, change, await countRecords(ports, before));
}

function refuseWithRecords(before: DataEntity, change: string, count: number): void {
  if (count === 0) return;
  const text = `${change}, but data entity "${before.name}" holds ${count} records. Empty it first.`;
  throw new DomainError("conflict", text);
}

/**
 * Between the look at the records and the save an import may have committed, by the definition before. Every import that
 * commits later asks for the definition again, and finds the new one; so what is there now is all that there will be, and
 * if it is anything, the definition before is put back.
 */
async function requireNothingCameIn(
  ports: Ports,
  turn: Turn,
  before: DataEntity,
  saved: Definition<DataEntity>,
  applicationId: string,
): Promise<void> {
  const change = incompatibleChange(before, saved.value);
  if (change === undefined) return;
  try {
    refuseWithRecords(before, change, await interruptImports(ports, before));
  } catch (error) {
    await writeDefinition(ports, turn, "entity", before.name, before, saved, applicationId);
    throw error;
  }
}

async function requireFitsProjects(ports: Ports, entity: DataEntity): Promise<void> {
  for (const project of await projectsWithEntity(ports, entity.name)) {
    const lines = project.lines.filter((line) => isSameName(line.entity, entity.name));
    const [problem] = lines.flatMap((line) => lineProblems(project, line, entity, line.entity));
    if (problem) {
      const text = `Data project "${project.name}" would break, at ${problem.path}: ${problem.message}`;
      throw new ReferredError(text, [{ kind: "project", name: project.name }]);
    }
    if (entity.isPerCompany && lines.some((line) => line.isEnabled)) await requireCompanies(ports, project.name);
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
