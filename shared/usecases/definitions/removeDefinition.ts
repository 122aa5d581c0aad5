import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { builtInFormats } from "../../domain/sourceFormat.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { looksUpIn } from "../../domain/lookupRules.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { closeWithoutRecords } from "./closeEntity.ts";
import {
  allDefinitions,
  jobsOfProject,
  projectsWithEntity,
  projectsWithFormat,
  projectsWithStylesheet,
} from "./listDefinitions.ts";
import { removeStaleSamples } from "./projectSamples.ts";
import { ReferredError, type Reference } from "./refusedChange.ts";
import { type IfMatch, kindNames, requireMatch } from "./saveDefinition.ts";

/** Removes an entity that no project moves and that holds no records. */
export async function removeEntity(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "entity", name, ifMatch);
    refuseReferred("entity", name, toReferences(await projectsWithEntity(ports, name)));
    refuseReferred("entity", name, await familyOf(ports, name));
    const closed = await closeWithoutRecords(ports, turn, stored, (count) => {
      return `Data entity "${name}" holds ${count} records. Empty it first: DELETE manage/api/entities/{name}/records.`;
    });
    await remove(ports, turn, "entity", name, closed.etag, by);
  });
}

/** The entities that list it among their children, say that they are parts of it, or look values up in it. */
async function familyOf(ports: Ports, name: string): Promise<readonly Reference[]> {
  const others = (await allDefinitions(ports, "entity")).filter(({ value }) => {
    const { children = [], partOf } = value;
    const isFamily = isSameName(partOf?.entity ?? "", name) || children.some((child) => isSameName(child, name));
    return isFamily || (!isSameName(value.name, name) && looksUpIn(value, name));
  });
  return others.map(({ value }) => ({ kind: "entity", name: value.name }));
}

/** Removes a format that no project uses; where it stood for a built-in one, that is there again. */
export async function removeFormat(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const isBuiltIn = builtInFormats.some((format) => isSameName(format.name, name.trim()));
    if (isBuiltIn && !(await ports.definitions.find("format", name))) {
      throw new DomainError("conflict", `Source data format "${name}" is built in and cannot be deleted.`);
    }
    const stored = await findRemoved(ports, "format", name, ifMatch);
    if (!isBuiltIn) refuseReferred("format", name, toReferences(await projectsWithFormat(ports, name)));
    await remove(ports, turn, "format", name, stored.etag, by);
  });
}

/** Removes a stylesheet that no line of a project applies. */
export async function removeStylesheet(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "stylesheet", name, ifMatch);
    refuseReferred("stylesheet", name, toReferences(await projectsWithStylesheet(ports, name)));
    await remove(ports, turn, "stylesheet", name, stored.etag, by);
  });
}

/** Removes a project that no job runs, with its sample files. */
export async function removeProject(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "project", name, ifMatch);
    const jobs = await jobsOfProject(ports, name);
    refuseReferred(
      "project",
      name,
      jobs.map((job) => ({ kind: "job", name: job.activityId })),
    );
    // The definition goes first, as it was looked at: what goes afterwards is no living project's.
    await remove(ports, turn, "project", name, stored.etag, by);
    await turn.hold();
    await removeStaleSamples(ports, name, undefined, undefined);
  });
}

/** What is to be removed, as the caller knows it; `notFound` when it is not there. */
export async function findRemoved<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
  id: string,
  ifMatch: IfMatch,
): Promise<Definition<DefinitionTypes[K]>> {
  const stored = await ports.definitions.find(kind, id);
  if (!stored) throw new DomainError("notFound", `There is no ${kindNames[kind]} "${id}".`);
  requireMatch(kind, id, stored, ifMatch);
  return stored;
}

/** Removes the definition and writes the entry in the audit trail. */
export async function remove(
  ports: Ports,
  turn: Turn,
  kind: DefinitionKind,
  id: string,
  etag: string,
  by: Actor,
): Promise<void> {
  if (!(await ports.definitions.remove(kind, id, etag, turn.owner))) {
    throw new DomainError("preconditionFailed", `The ${kindNames[kind]} "${id}" was changed in this moment.`);
  }
  await ports.audit.record({ at: ports.clock.now(), ...by, action: "delete", kind, target: id, detail: "" });
}

export function refuseReferred(kind: DefinitionKind, name: string, referredBy: readonly Reference[]): void {
  if (referredBy.length === 0) return;
  const by = referredBy.slice(0, 5).map((reference) => `${kindNames[reference.kind]} "${reference.name}"`);
  const more = referredBy.length > by.length ? ` and ${referredBy.length - by.length} more` : "";
  throw new ReferredError(`The ${kindNames[kind]} "${name}" is used by ${by.join(", ")}${more}.`, referredBy);
}

function toReferences(projects: readonly { readonly name: string }[]): readonly Reference[] {
  return projects.map(({ name }) => ({ kind: "project", name }));
}
