import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { entityId } from "../../domain/entityId.ts";
import type { EntityExecution, Execution } from "../../domain/execution.ts";
import { isRunOver } from "../../domain/executionSummary.ts";
import { nameList } from "../../domain/nameList.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { Ports } from "../../ports.ts";
import type { FoundRun } from "./findRun.ts";
import { findRejectedOf } from "./rejectedRows.ts";

export interface ErrorFile {
  /** Where it is, in the room of executions. */
  readonly name: string;
  /** What it is called for whoever fetches it. */
  readonly fileName: string;
}

/**
 * The rows of an entity, by its label or its AOT name, that a run rejected: the file that it wrote while it found them,
 * which imports again once it is mended. Undefined when it rejected none; throws `conflict` while it goes on, and `gone`
 * when storage has lost the file.
 */
export async function findErrorFile(ports: Ports, run: FoundRun, entityName: string): Promise<ErrorFile | undefined> {
  const { execution, message } = run;
  if (!execution || !isRunOver(message, execution)) {
    throw new DomainError("conflict", "The run goes on: ask for the rows that it rejects when it has ended.");
  }
  const entity = await findEntity(ports, execution, entityName);
  if (entity?.failedFile === undefined) return undefined;
  const file = await findRejectedOf(ports, execution, entity);
  if (!file) throw new DomainError("gone", "The rows that the run rejected are no longer stored.");
  return { name: file.name, fileName: `${entity.entity} failed.${fileFormatOf(file.rejects).extension}` };
}

/** Undefined for a run that came to none of its entities. */
async function findEntity(ports: Ports, execution: Execution, name: string): Promise<EntityExecution | undefined> {
  const { entities } = execution;
  if (entities.length === 0) return undefined;
  const byLabel = entities.find((entity) => isSameName(entity.entity, name.trim()));
  if (byLabel) return byLabel;
  const id = entityId({ aotName: name.trim() });
  for (const entity of entities) if ((await idOf(ports, entity)) === id) return entity;
  const known = nameList(entities.map(({ entity }) => `"${entity}"`));
  throw new DomainError("invalid", `The run has no entity ${nameList([name])}. It has ${known}.`);
}

/** Runs of earlier releases name their entities by label alone. */
async function idOf(ports: Ports, { entity, entityId: known }: EntityExecution): Promise<string | undefined> {
  if (known !== undefined) return known;
  const definition = await ports.definitions.find("entity", entity);
  return definition && entityId(definition.value);
}
