import { entityId } from "../../domain/entityId.ts";
import {
  type EntityExecution,
  type Execution,
  newEntityExecution,
  withFailures,
  withWarnings,
} from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import type { Held } from "../attempt/holdMessage.ts";
import { saveExecution } from "../attempt/saveExecution.ts";
import type { EndedLine } from "./importLine.ts";
import type { PreparedLine } from "./prepareImport.ts";

/** An attempt that has begun, and what it is about to do. */
export interface PreparedImport {
  readonly execution: Execution;
  readonly lines: readonly PreparedLine[];
}

/**
 * What the lines of an attempt have come to. Several may say so at a time: their saves come one after another, and each
 * holds all that was said before it. Whichever line ends first, the execution reads as if they had run in their order.
 */
export interface ImportProgress {
  entity(index: number): EntityExecution;
  /** How a line ended; undefined before it did. */
  ended(index: number): EndedLine | undefined;
  /** Saved before the line does anything. Throws `LeaseLost`, as the others do. */
  begin(index: number): Promise<void>;
  end(index: number, line: EndedLine): Promise<void>;
  finish(): Promise<Execution>;
}

export function followImport(ports: Ports, held: Held<InboundMessage>, prepared: PreparedImport): ImportProgress {
  const { lines } = prepared;
  const first = withLines(prepared);
  const begun = new Set<number>();
  const ends = lines.map((): EndedLine | undefined => undefined);
  let last: Promise<unknown> = Promise.resolve();

  const current = (): Execution => lines.reduce((execution, _, index) => withLine(execution, index), first);
  const withLine = (execution: Execution, index: number): Execution => {
    const end = ends[index];
    if (end) return withEnd(execution, index, end);
    if (!begun.has(index)) return execution;
    const entity: EntityExecution = { ...first.entities[index]!, status: "executing" };
    return { ...execution, entities: execution.entities.with(index, entity) };
  };
  const save = (change: (execution: Execution) => Execution = (execution) => execution): Promise<Execution> => {
    const work = async (): Promise<Execution> => {
      const execution = change(current());
      await saveExecution(ports, execution);
      return execution;
    };
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };

  return {
    entity: (index) => first.entities[index]!,
    ended: (index) => ends[index],
    async begin(index) {
      begun.add(index);
      await save();
    },
    async end(index, line) {
      ends[index] = line;
      await held.keep();
      await save();
    },
    finish: () => save((execution) => ({ ...execution, finishedAt: ports.clock.now() })),
  };
}

function withLines({ execution, lines }: PreparedImport): Execution {
  return withWarnings(
    { ...execution, entities: lines.map((line) => toEntity(line)) },
    lines.flatMap((line) => line.warnings),
  );
}

function toEntity(line: PreparedLine): EntityExecution {
  const { entity, format, fileName, company, staging, appliedStylesheets: stylesheets } = line;
  const names = { entity: entity.name, entityId: entityId(entity), format: format.name, fileName };
  return {
    ...newEntityExecution({ ...names, company }),
    ...(staging && { staging: staging.place }),
    ...(stylesheets.length > 0 && { stylesheets }),
  };
}

function withEnd(execution: Execution, index: number, end: EndedLine): Execution {
  const { failure, failures = [], warnings, ...entity } = end;
  const entities = execution.entities.with(index, entity);
  const empty = entity.status === "finished" && entity.rowsRead === 0;
  const all = [...(empty ? [`${entity.fileName}: the file holds no records.`] : []), ...warnings];
  const ended = withWarnings({ ...execution, entities }, all);
  if (failure === undefined) return ended;
  const own = failures.map((each) => ({ entity: entity.entity, ...each }));
  return withFailures(ended, failure, own);
}
