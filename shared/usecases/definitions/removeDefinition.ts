import type { Actor } from "../../domain/caller.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { builtInFormats } from "../../domain/sourceFormat.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import type { Referred } from "../../domain/definitionReferences.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { clearJob } from "./clearJob.ts";
import { closeWithoutRecords } from "./closeEntity.ts";
import { closeWhenEnded, closeWhenUnused } from "./closeRuns.ts";
import { removeStaleSamples } from "./projectSamples.ts";
import { ReferredError } from "./refusedChange.ts";
import { type IfMatch, kindNames, requireMatch } from "./saveDefinition.ts";
import { blockingReferences } from "./uses.ts";

/** Removes an entity that no project moves, no other entity names, and that holds no records. */
export async function removeEntity(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "entity", name, ifMatch);
    await refuseUsed(ports, { kind: "entity", name });
    const closed = await closeWithoutRecords(ports, turn, stored, (count) => {
      return `Data entity "${name}" holds ${count} records. Empty it first: DELETE manage/api/entities/{name}/records.`;
    });
    await remove(ports, turn, "entity", name, closed.etag, by);
  });
}

/** Removes a format that no project uses; where it stood for a built-in one, that is there again. */
export async function removeFormat(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const isBuiltIn = builtInFormats.some((format) => isSameName(format.name, name.trim()));
    if (isBuiltIn && !(await ports.definitions.find("format", name))) {
      throw new DomainError("conflict", `Source data format "${name}" is built in and cannot be deleted.`);
    }
    const stored = await findRemoved(ports, "format", name, ifMatch);
    await refuseUsed(ports, { kind: "format", name });
    await remove(ports, turn, "format", name, stored.etag, by);
  });
}

/** Removes a stylesheet that no line of a project applies. */
export async function removeStylesheet(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "stylesheet", name, ifMatch);
    await refuseUsed(ports, { kind: "stylesheet", name });
    await remove(ports, turn, "stylesheet", name, stored.etag, by);
  });
}

const waysOn = "Let its own runs end, or discard those that wait. What a worker holds ends by itself.";

/** Removes a project that no job runs and whose own runs have ended, with its sample files. */
export async function removeProject(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await removeWithRuns(ports, name, ifMatch, by, (runs, what) => closeWhenEnded(ports, runs, { what, ways: waysOn }));
}

/** The same of a project that has had no run of its own. */
export async function removeUnusedProject(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await removeWithRuns(ports, name, ifMatch, by, (runs, what, project) => closeWhenUnused(ports, runs, what, project));
}

async function removeWithRuns(
  ports: Ports,
  name: string,
  ifMatch: IfMatch,
  by: Actor,
  close: (runs: string, what: string, project: Definition<DataProject>) => Promise<void>,
): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "project", name, ifMatch);
    await refuseUsed(ports, { kind: "project", name });
    await turn.hold();
    const runs = projectRunsId(stored.value.name);
    await close(runs, `Data project "${name}"`, stored);
    // The definition goes first, as it was looked at: what goes afterwards is no living project's.
    await remove(ports, turn, "project", name, stored.etag, by);
    await turn.hold();
    await removeStaleSamples(ports, name, undefined, undefined);
    await turn.hold();
    await clearJob(ports, runs);
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

/** Throws while others use it: those that its list of uses says to be in the way. */
export async function refuseUsed(ports: Ports, { kind, name }: Referred, shown = name): Promise<void> {
  const referredBy = await blockingReferences(ports, { kind, name });
  if (referredBy.length === 0) return;
  const by = referredBy.slice(0, 5).map((reference) => `${kindNames[reference.kind]} "${reference.name}"`);
  const more = referredBy.length > by.length ? ` and ${referredBy.length - by.length} more` : "";
  throw new ReferredError(`The ${kindNames[kind]} "${shown}" is used by ${by.join(", ")}${more}.`, referredBy);
}
