import { type EntityExecution, type Execution, failuresOf } from "../../domain/execution.ts";
import { withoutInside } from "../../domain/message.ts";
import { reasonsOf } from "../../domain/rowReasons.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { whyEnded } from "../../domain/standing.ts";
import type { Ports } from "../../ports.ts";
import type { Batch, FilesPlace, RowsPlace } from "./errorPages.ts";
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
 * rejected, in the order of the entities. While it goes on, what is known by then. From a place on, where one is given: the
 * file of an entity has its number.
 */
export async function* errorsOfRun(
  ports: Ports,
  { message, execution }: FoundRun,
  reader: ErrorReader,
  from?: FilesPlace,
): AsyncGenerator<Batch<RunError>> {
  if (!execution) {
    const why = message && ((reader === "operator" && message.lastError) || whyEnded(message));
    if (why) yield { items: [{ field: "", code: "", message: why }] };
    return;
  }
  if (!from) yield { items: failuresOfRun(execution, reader), next: { file: 0 } };
  for (const [file, entity] of execution.entities.entries()) {
    if (file < (from?.file ?? 0)) continue;
    const rows = file === from?.file ? from.rows : undefined;
    for await (const { next, ...batch } of errorsOfEntity(ports, execution, entity, rows)) {
      yield { ...batch, ...(next && { next: { file, rows: next } }) };
    }
    yield { items: [], next: { file: file + 1 } };
  }
}

function failuresOfRun(execution: Execution, reader: ErrorReader): readonly RunError[] {
  return failuresOf(execution).map(({ field = "", code = "", message: text, ...where }) => {
    return { ...where, field, code, message: reader === "client" ? withoutInside(text) : text };
  });
}

async function* errorsOfEntity(
  ports: Ports,
  execution: Execution,
  entity: EntityExecution,
  from: RowsPlace | undefined,
): AsyncGenerator<{ readonly items: readonly RunError[]; readonly next?: RowsPlace }> {
  const file = await findRejectedOf(ports, execution, entity);
  if (!file) {
    // The rest went with it.
    if (from) return;
    const items = entity.firstErrors.map((error) => {
      const { line, place, field, code } = error;
      return { entity: entity.entity, line, ...(place && { place }), field, code, message: textWithValue(error) };
    });
    yield { items };
    return;
  }
  const { batches } = await openRejected(ports, file, ports.startPace(), from);
  for await (const { rows, ...place } of batches) {
    yield { items: rows.flatMap((row) => errorsOfRow(entity, row)), ...place };
  }
}

/** An error of several whose own text is not known any more has that of all of them. */
function errorsOfRow({ entity, firstErrors }: EntityExecution, row: RejectedRow): readonly RunError[] {
  const { place, text, errors } = reasonsOf(row, firstErrors);
  return errors.map(({ field, code, reason }) => {
    return { entity, line: row.line, ...(place && { place }), field, code, message: reason ?? text };
  });
}
