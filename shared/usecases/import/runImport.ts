import type { EntityLine } from "../../domain/dataProject.ts";
import { entityId } from "../../domain/entityId.ts";
import { type EntityExecution, type Execution, newEntityExecution, withWarnings } from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import type { Held } from "../attempt/holdMessage.ts";
import { saveExecution } from "../attempt/saveExecution.ts";
import { importLine } from "./importLine.ts";
import type { PreparedLine } from "./prepareImport.ts";

/** An attempt that has begun, and what it is about to do. */
export interface PreparedImport {
  readonly execution: Execution;
  readonly lines: readonly PreparedLine[];
}

/**
 * Runs the lines of an import one after another, in the order of units, levels and sequences. A failure stops the rest
 * of its level or unit where the line says so, and no other.
 */
export async function runImport(
  ports: Ports,
  held: Held<InboundMessage>,
  prepared: PreparedImport,
): Promise<Execution> {
  let execution = withLines(prepared);
  const stopped: StopRule[] = [];
  for (const [index, line] of prepared.lines.entries()) {
    const entity = execution.entities[index]!;
    const isStopped = stopped.some((rule) => rule(line.line));
    if (!isStopped) {
      execution = { ...execution, entities: execution.entities.with(index, { ...entity, status: "executing" }) };
      await saveExecution(ports, execution);
    }
    const { failure, warnings, ...ended } = isStopped
      ? { ...entity, status: "notRun" as const, failure: undefined, warnings: [] }
      : await importLine(ports, held, line, index, entity);
    execution = withWarnings(withEntity(execution, index, ended, failure), warnings);
    if (ended.status === "error" || ended.failed > 0) stopped.push(...stopRules(line.line));
    await held.keep();
    await saveExecution(ports, execution);
  }
  execution = { ...execution, finishedAt: ports.clock.now() };
  await saveExecution(ports, execution);
  return execution;
}

type StopRule = (line: EntityLine) => boolean;

function stopRules(failed: EntityLine): StopRule[] {
  const isSameUnit: StopRule = (line) => line.executionUnit === failed.executionUnit;
  if (failed.failUnitOnError) return [isSameUnit];
  if (failed.failLevelOnError) return [(line) => isSameUnit(line) && line.level === failed.level];
  return [];
}

function withLines({ execution, lines }: PreparedImport): Execution {
  return withWarnings(
    { ...execution, entities: lines.map((line) => toEntity(line)) },
    lines.flatMap((line) => line.warnings),
  );
}

function toEntity({ entity, format, fileName, company, staging, appliedStylesheets }: PreparedLine): EntityExecution {
  const names = { entity: entity.name, entityId: entityId(entity), format: format.name, fileName };
  return {
    ...newEntityExecution({ ...names, company }),
    ...(staging && { staging: staging.place }),
    ...(appliedStylesheets.length > 0 && { stylesheets: appliedStylesheets }),
  };
}

function withEntity(
  execution: Execution,
  index: number,
  entity: EntityExecution,
  failure: string | undefined,
): Execution {
  const entities = execution.entities.with(index, entity);
  const empty = entity.status === "finished" && entity.rowsRead === 0;
  const warned = withWarnings(execution, empty ? [`${entity.fileName}: the file holds no records.`] : []);
  const failures = [execution.failure, failure].filter((text) => text !== undefined);
  return { ...warned, entities, ...(failures.length > 0 && { failure: failures.join("\n") }) };
}
