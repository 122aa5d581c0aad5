import { type EntityExecution, type Execution, failuresOf } from "../../domain/execution.ts";
import { withoutInside } from "../../domain/message.ts";
import { reasonsOf } from "../../domain/rowReasons.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { whyEnded } from "../../domain/standing.ts";
import type { Ports } from "../../ports.ts";
import type { FoundRun } from "./findRun.ts";
import { findRejectedOf, openRejected, type RejectedRow } from "./rejectedRows.ts";

/** One of the things that went wrong in a run. */
export interface RunError {
  /** Absent where it is about the run as a whole. */
  readonly entity?: string;
  /** Of the file that the message brought; the number of a record where `place` says where that begins. */
  readonly line?: number;
  readonly place?: string;
  /** Empty where it is about no field in particular. */
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** Who reads them: what failed within the service is for operators alone. */
export type ErrorReader = "client" | "operator";

/**
 * All that went wrong in a run, in batches: what ended it or one of its files, then each error of each row that it
 * rejected, in the order of the entities. While it goes on, what is known by then.
 */
export async function* errorsOfRun(
  ports: Ports,
  { message, execution }: FoundRun,
  reader: ErrorReader,
): AsyncGenerator<readonly RunError[]> {
  if (!execution) {
    const why = message && ((reader === "operator" && message.lastError) || whyEnded(message));
    if (why) yield [{ field: "", code: "", message: why }];
    return;
  }
  yield failuresOf(execution).map(({ field = "", code = "", message: text, ...where }) => {
    return { ...where, field, code, message: reader === "client" ? withoutInside(text) : text };
  });
  for (const entity of execution.entities) yield* errorsOfEntity(ports, execution, entity);
}

async function* errorsOfEntity(
  ports: Ports,
  execution: Execution,
  entity: EntityExecution,
): AsyncGenerator<readonly RunError[]> {
  const file = await findRejectedOf(ports, execution, entity);
  if (!file) {
    yield entity.firstErrors.map((error) => {
      const { line, place, field, code } = error;
      return { entity: entity.entity, line, ...(place && { place }), field, code, message: textWithValue(error) };
    });
    return;
  }
  const { batches } = await openRejected(ports, file, ports.startPace());
  for await (const rows of batches) yield rows.flatMap((row) => errorsOfRow(entity, row));
}

/** An error of several whose own text is not known any more has that of all of them. */
function errorsOfRow({ entity, firstErrors }: EntityExecution, row: RejectedRow): readonly RunError[] {
  const { place, text, errors } = reasonsOf(row, firstErrors);
  return errors.map(({ field, code, reason }) => {
    return { entity, line: row.line, ...(place && { place }), field, code, message: reason ?? text };
  });
}
