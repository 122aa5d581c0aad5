import type { Actor } from "../../domain/caller.ts";
import { type DataEntity, entityProblems, isNamed, isSameName } from "../../domain/dataEntity.ts";
import { compositeProblems, isComposite } from "../../domain/composite.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { incompatibleChange } from "../../domain/entityChange.ts";
import { lookupProblems, looksUpIn } from "../../domain/lookupRules.ts";
import { ruleProblems } from "../../domain/ruledValues.ts";
import { typeConverterFor } from "../../domain/values.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { closeWithoutRecords, requireNoRecords } from "./closeEntity.ts";
import { compositeLineProblems } from "./compositeLines.ts";
import type { DefinitionRules } from "./definitionRules.ts";
import { loadFormat } from "./loadDefinitions.ts";
import { holdersOf } from "./holdersOf.ts";
import { jobFilterProblems } from "./jobFilterProblems.ts";
import { lineProblems } from "./lineProblems.ts";
import { allDefinitions, jobsOfProject, projectsWithEntity } from "./listDefinitions.ts";
import { sequenceProblems } from "./numberSequences.ts";
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
  by: Actor,
): Promise<Saved<DataEntity>> {
  await entityRules.requireSound(ports, entity);
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "entity", entity.name, ifMatch);
    await entityRules.requireFits(ports, entity, replaced);
    const free = replaced && (await closeForChange(ports, turn, replaced, entity));
    return writeDefinition(ports, turn, "entity", entity.name, entity, free, by);
  });
}

/** What keeps a data entity from being saved. */
export const entityRules: DefinitionRules<DataEntity> = {
  async requireSound(_ports, entity) {
    const rules = entity.fields.flatMap((field, index) =>
      ruleProblems(field, typeConverterFor(field), `fields[${index}]`),
    );
    requireNoProblems(`Data entity "${entity.name}"`, [...entityProblems(entity), ...rules]);
  },
  async requireFits(ports, entity, replaced) {
    await requireOwnNames(ports, entity);
    await requireFitsTree(ports, entity);
    requireNoProblems(`Data entity "${entity.name}"`, await sequenceProblems(ports, entity));
    await requireFitsLookups(ports, entity);
    if (!replaced) return;
    await requireFitsProjects(ports, entity);
    const change = await changeOfRecords(ports, replaced.value, entity);
    if (change) await requireNoRecords(ports, replaced.value, change.refusal);
  },
};

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

/** What its own rules look up can be looked up, and so can what those of others look up in it. */
async function requireFitsLookups(ports: Ports, entity: DataEntity): Promise<void> {
  const all = (await allDefinitions(ports, "entity")).map(({ value }) => value);
  const now = [...all.filter(({ name }) => !isSameName(name, entity.name)), entity];
  const problemsOf = (each: DataEntity) =>
    each.fields.flatMap((field, place) =>
      (field.rules ?? []).flatMap((rule, index) => {
        if (rule.kind !== "lookup") return [];
        const target = now.find(({ name }) => isSameName(name, rule.entity));
        return lookupProblems(each, field, rule, target, `fields[${place}].rules[${index}].entity`);
      }),
    );
  requireNoProblems(`Data entity "${entity.name}"`, problemsOf(entity));
  for (const other of now.filter((each) => each !== entity && looksUpIn(each, entity.name))) {
    const [problem] = problemsOf(other);
    if (!problem) continue;
    const text = `Data entity "${other.name}" looks values up in it, and would break, at ${problem.path}: ${problem.message}`;
    throw new ReferredError(text, [{ kind: "entity", name: other.name }]);
  }
}

/** The entity fits its children and the one that it is a part of, and those go on to fit. */
async function requireFitsTree(ports: Ports, entity: DataEntity): Promise<void> {
  if (!entity.partOf && !entity.children && !(await hasFamily(ports, entity.name))) return;
  const all = (await allDefinitions(ports, "entity")).map(({ value }) => value);
  const named = (name: string): DataEntity | undefined =>
    isSameName(name, entity.name) ? entity : all.find((other) => isSameName(other.name, name));
  requireNoProblems(`Data entity "${entity.name}"`, compositeProblems(entity, named));
  const others = all.filter((other) => !isSameName(other.name, entity.name));
  for (const other of others.filter(({ children, partOf }) => children || partOf)) {
    const [problem] = compositeProblems(other, named);
    if (!problem) continue;
    const text = `Data entity "${other.name}" would break, at ${problem.path}: ${problem.message}`;
    throw new ReferredError(text, [{ kind: "entity", name: other.name }]);
  }
}

async function hasFamily(ports: Ports, name: string): Promise<boolean> {
  const { value } = (await ports.definitions.find("entity", name)) ?? {};
  return value?.children !== undefined || value?.partOf !== undefined;
}

/** Where stored records would become unreadable there must be none, and none may come in meanwhile. */
async function closeForChange(
  ports: Ports,
  turn: Turn,
  before: Definition<DataEntity>,
  after: DataEntity,
): Promise<Definition<DataEntity>> {
  const change = await changeOfRecords(ports, before.value, after);
  return change ? closeWithoutRecords(ports, turn, before, change.refusal) : before;
}

/** A change with which stored records could not be read; undefined for any other. */
async function changeOfRecords(
  ports: Ports,
  before: DataEntity,
  after: DataEntity,
): Promise<{ readonly refusal: (count: number) => string } | undefined> {
  const change = incompatibleChange(before, after);
  if (change === undefined) return undefined;
  const { name } = (await holdersOf(ports, before)).at(-1) ?? before;
  const what = `${change}, but data entity "${name}" holds`;
  return { refusal: (count) => `${what} ${count} records. Empty it first: DELETE manage/api/entities/{name}/records.` };
}

async function requireFitsProjects(ports: Ports, entity: DataEntity): Promise<void> {
  for (const project of await projectsWithEntity(ports, entity.name)) {
    const lines = project.lines.filter((line) => isSameName(line.entity, entity.name));
    const [problem] = lines.flatMap((line) => lineProblems(project, line, entity, line.entity));
    if (problem) {
      const text = `Data project "${project.name}" would break, at ${problem.path}: ${problem.message}`;
      throw new ReferredError(text, [{ kind: "project", name: project.name }]);
    }
    if (isComposite(entity)) await requireFitsComposite(ports, project, entity);
    await requireFitsFilters(ports, project.name, entity);
    if (entity.isPerCompany && lines.some((line) => line.isEnabled)) await requireCompanies(ports, project.name);
  }
}

async function requireFitsComposite(ports: Ports, project: DataProject, entity: DataEntity): Promise<void> {
  const others = project.lines.filter((line) => !isSameName(line.entity, entity.name));
  const found = await Promise.all(others.map((line) => ports.definitions.find("entity", line.entity)));
  const entities = found.flatMap((other) => other?.value ?? []);
  for (const line of project.lines.filter((each) => isSameName(each.entity, entity.name))) {
    const { value: format } = await loadFormat(ports, line.format);
    const [problem] = compositeLineProblems(entity, format, entities, line.entity);
    if (!problem) continue;
    const text = `Data project "${project.name}" would break, at ${problem.path}: ${problem.message}`;
    throw new ReferredError(text, [{ kind: "project", name: project.name }]);
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
