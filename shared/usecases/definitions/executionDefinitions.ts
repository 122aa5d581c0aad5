import { composed } from "../../domain/composite.ts";
import { type DataEntity, type EntityField, isSameName } from "../../domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { incompatibleChange } from "../../domain/entityChange.ts";
import { DomainError } from "../../domain/errors.ts";
import type { DefinitionVersion, ExecutionVersions } from "../../domain/execution.ts";
import { type NumberSequence, numberedFields } from "../../domain/numberSequence.ts";
import { orderOfJob } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import { type SourceFormat, builtInFormats } from "../../domain/sourceFormat.ts";
import type { Stylesheet } from "../../domain/stylesheet.ts";
import type { StylesheetText } from "../../ports/transformer.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import { findOpenEntity } from "./closeEntity.ts";
import type { GivenOrder } from "../orders/findOrder.ts";
import { findFormat, loadProject } from "./loadDefinitions.ts";

export interface Versioned<T> extends DefinitionVersion {
  readonly value: T;
}

/**
 * The order of an execution, and the definitions that say what it moves, and how. How its message is treated meanwhile is
 * always by the newest order.
 */
export interface ExecutionDefinitions {
  readonly order: RunOrder;
  /** The job that gave the order, where one did. */
  readonly job?: DefinitionVersion;
  readonly project: Versioned<DataProject>;
  readonly entities: readonly Versioned<DataEntity>[];
  readonly formats: readonly Versioned<SourceFormat>[];
  readonly stylesheets: readonly Versioned<Stylesheet>[];
  /** Of the fields of the entities that have one. */
  readonly numberSequences: readonly Versioned<NumberSequence>[];
}

/** The newest of all that the lines of the ordered project name, and of further formats. What is gone is left out, and shows when it is asked for. */
export async function newestDefinitions(
  ports: Ports,
  { order, job }: GivenOrder,
  linesOf: (project: DataProject) => readonly EntityLine[],
  formatNames: readonly string[] = [],
): Promise<ExecutionDefinitions> {
  const project = await loadProject(ports, order.project);
  const lines = linesOf(project.value);
  const entities = await openEntities(
    ports,
    lines.map((line) => line.entity),
  );
  const names = distinct([...lines.map((line) => line.format), ...formatNames]);
  const formats = await Promise.all(names.map((name) => findFormat(ports, name)));
  const applied = distinct(lines.flatMap(({ stylesheets = [] }) => stylesheets));
  const stylesheets = await Promise.all(applied.map((name) => ports.definitions.find("stylesheet", name)));
  const found = entities.map((entity) => versioned(entity.value.name, entity));
  return {
    order,
    ...(job && { job }),
    project: versioned(project.value.name, project),
    entities: found,
    numberSequences: await newestSequences(ports, found),
    formats: formats.flatMap((known) => {
      if (!known) return [];
      const { value } = known;
      return [known.etag === undefined ? { name: value.name, version: 0, value } : versioned(value.name, known)];
    }),
    stylesheets: stylesheets.flatMap((stylesheet) =>
      stylesheet ? [versioned(stylesheet.value.name, stylesheet)] : [],
    ),
  };
}

/** The entities, and behind them the children that their records hold. */
async function openEntities(ports: Ports, names: readonly string[]): Promise<readonly Definition<DataEntity>[]> {
  const found: Definition<DataEntity>[] = [];
  for (let wanted = names; wanted.length > 0;) {
    const entities = (await Promise.all(wanted.map((name) => findOpenEntity(ports, name)))).filter((each) => !!each);
    const unknown = entities.filter(({ value }) => !found.some((other) => isSameName(other.value.name, value.name)));
    found.push(...unknown);
    wanted = distinct(unknown.flatMap(({ value }) => value.children ?? []));
  }
  return found;
}

async function newestSequences(
  ports: Ports,
  entities: readonly Versioned<DataEntity>[],
): Promise<readonly Versioned<NumberSequence>[]> {
  const names = distinct(entities.flatMap(({ value }) => numberedFields(value).map((field) => field.numberSequence)));
  const found = await Promise.all(names.map((name) => ports.definitions.find("numberSequence", name)));
  return found.flatMap((sequence) => (sequence ? [versioned(sequence.value.name, sequence)] : []));
}

/** The definitions in these versions. */
export async function definitionsOf(ports: Ports, versions: ExecutionVersions): Promise<ExecutionDefinitions> {
  return {
    ...(await orderOf(ports, versions)),
    project: await load(ports, "project", versions.project),
    entities: await Promise.all(versions.entities.map((entity) => load(ports, "entity", entity))),
    formats: await formatsOf(ports, versions.formats),
    stylesheets: await Promise.all((versions.stylesheets ?? []).map((each) => load(ports, "stylesheet", each))),
    numberSequences: await Promise.all(
      (versions.numberSequences ?? []).map((sequence) => load(ports, "numberSequence", sequence)),
    ),
  };
}

async function orderOf(ports: Ports, { job, order }: ExecutionVersions): Promise<GivenOrder> {
  if (job) return { order: orderOfJob((await load(ports, "job", job)).value), job };
  if (order) return { order };
  throw new Error("A run names neither a job nor an order of its own.");
}

/** The formats in these versions. */
export function formatsOf(
  ports: Ports,
  versions: readonly DefinitionVersion[],
): Promise<ExecutionDefinitions["formats"]> {
  return Promise.all(versions.map((version) => loadFormat(ports, version)));
}

/** What an execution writes down of its definitions. */
export function versionsOf({
  order,
  job,
  project,
  entities,
  formats,
  ...others
}: ExecutionDefinitions): ExecutionVersions {
  const [stylesheets, numberSequences] = [others.stylesheets.map(versionOf), others.numberSequences.map(versionOf)];
  return {
    ...(job ? { job } : { order }),
    project: versionOf(project),
    entities: entities.map(versionOf),
    formats: formats.map(versionOf),
    ...(stylesheets.length > 0 && { stylesheets }),
    ...(numberSequences.length > 0 && { numberSequences }),
  };
}

/** The entity, with its children as fields. */
export function entityOf({ entities }: ExecutionDefinitions, name: string): Versioned<DataEntity> {
  const named = (wanted: string) => entities.find((entity) => isSameName(entity.name, wanted));
  const found = named(name);
  if (found) return { ...found, value: composed(found.value, (child) => named(child)?.value) };
  throw new DomainError("notFound", `There is no data entity "${name}".`);
}

/** As the processor takes it. */
export function stylesheetOf(definitions: ExecutionDefinitions, name: string): StylesheetText {
  const found = definitions.stylesheets.find((stylesheet) => isSameName(stylesheet.name, name));
  if (found) return found.value;
  throw new DomainError("notFound", `There is no stylesheet "${name}".`);
}

/** The entity and all that is a part of its records, as they are defined. */
export function treeOf(definitions: ExecutionDefinitions, name: string): readonly Versioned<DataEntity>[] {
  const found = definitions.entities.find((entity) => isSameName(entity.name, name));
  if (!found) return [];
  return [found, ...(found.value.children ?? []).flatMap((child) => treeOf(definitions, child))];
}

export function findFormatOf(definitions: ExecutionDefinitions, name: string): SourceFormat | undefined {
  return definitions.formats.find((format) => isSameName(format.name, name))?.value;
}

export function formatOf(definitions: ExecutionDefinitions, name: string): SourceFormat {
  const found = findFormatOf(definitions, name);
  if (found) return found;
  throw new DomainError("notFound", `There is no source data format "${name}".`);
}

export function sequenceOf({ numberSequences }: ExecutionDefinitions, field: EntityField): NumberSequence {
  const { numberSequence = "" } = field;
  const found = numberSequences.find(({ name }) => isSameName(name, numberSequence));
  if (found) return found.value;
  throw new DomainError("notFound", `There is no number sequence "${numberSequence}" for field "${field.name}".`);
}

/** Throws `invalid` when the entity has become another one since, whose records those of the execution could not be. */
async function requireSameEntity(
  ports: Ports,
  { name, version, revision, value }: Versioned<DataEntity>,
): Promise<void> {
  const newest = await findOpenEntity(ports, name);
  if (newest?.revision === revision) return;
  const change = newest ? incompatibleChange(value, newest.value) : "It was deleted";
  if (change === undefined) return;
  const versions = newest ? ` from version ${version} to version ${newest.version}` : "";
  const text = `Data entity "${name}" changed${versions} while its records were on their way: ${change}. None of them arrived. Retry the message: that is a new run, by the definitions as they are then.`;
  throw new DomainError("invalid", text);
}

/** The same of an entity and its children. */
export async function requireSameTree(ports: Ports, entities: readonly Versioned<DataEntity>[]): Promise<void> {
  for (const entity of entities) await requireSameEntity(ports, entity);
}

function versioned<T>(name: string, { value, version, revision }: Definition<T>): Versioned<T> {
  return { name, version, revision, value };
}

function versionOf({ value: _value, ...version }: Versioned<unknown>): DefinitionVersion {
  return version;
}

async function load<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
  version: DefinitionVersion,
): Promise<Versioned<DefinitionTypes[K]>> {
  const { name, revision = "" } = version;
  const value = await ports.definitions.findRevision(kind, name, revision);
  if (value) return { ...version, value };
  throw new Error(`Version ${version.version} of ${kind} "${name}" is gone, though a run works by it.`);
}

async function loadFormat(ports: Ports, version: DefinitionVersion): Promise<Versioned<SourceFormat>> {
  if (version.revision !== undefined) return load(ports, "format", version);
  const value = builtInFormats.find((format) => isSameName(format.name, version.name));
  if (value) return { ...version, value };
  throw new Error(`The built-in source data format "${version.name}" is gone, though a run works by it.`);
}

function distinct(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.findIndex((other) => isSameName(other, name)) === index);
}
