import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { requireMendable } from "../../domain/mend.ts";
import { type RowMend, mendsOf } from "../../domain/mendedRows.ts";
import { type RowReason, reasonsOf } from "../../domain/rowReasons.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { columnsByField } from "./columnsByField.ts";
import { type Batch, pageFrom, readPlace } from "./errorPages.ts";
import { livingMends } from "./livingMends.ts";
import { type RejectedFile, type RejectedRow, type RejectedRows, findRejected, openRejected } from "./rejectedRows.ts";

/** A rejected row, why it was, and what became of it. */
export interface ListedRejected extends Pick<RejectedRow, "line" | "reason" | "raw" | "cells"> {
  /** Where it begins in a file whose rows may share a line. */
  readonly place: string | undefined;
  readonly errors: readonly (RowReason & { readonly column: string | undefined })[];
  readonly mend: RowMend | undefined;
}

export interface RejectedPage extends Page<ListedRejected> {
  readonly messageId: string;
  readonly columns: readonly string[];
  /** Why no row of the execution can be mended; undefined when they can. */
  readonly whyNot: string | undefined;
}

/**
 * The rows of an entity that an execution rejected, in the order in which it did. A page costs what it holds, and never what
 * the file had; in an encoding other than UTF-8 also what was rejected before.
 */
export async function listRejectedRows(
  ports: Ports,
  executionId: string,
  entityName: string,
  { limit, continuation }: PageRequest,
): Promise<RejectedPage> {
  const file = await findRejected(ports, executionId, entityName);
  const { execution } = file;
  const message = (await ports.messages.findInbound(execution.activityId, execution.messageId))?.value;
  const place = readPlace(continuation);
  const { columns, batches } = await openRejected(ports, file, ports.startPace(), place.behind?.rows);
  const mends = mendsOf(message ? await livingMends(ports, message) : [], file.entity.entity);
  const columnOf = await columnsByField(ports, file, message, columns);
  const toListed = (row: RejectedRow): ListedRejected => {
    const { place, text: reason, errors } = reasonsOf(row, file.entity.firstErrors);
    const { line, raw, cells } = row;
    const named = errors.map((error) => ({ ...error, column: columnOf(error.field) }));
    return { line, reason, raw, cells, place, errors: named, mend: mends(line) };
  };
  const page = await pageFrom(placed(batches), place, limit, lengthOf);
  const facts = { messageId: execution.messageId, columns, whyNot: whyNotMendable(message, file) };
  return { ...page, items: page.items.map(toListed), ...facts };
}

async function* placed(batches: RejectedRows["batches"]): AsyncGenerator<Batch<RejectedRow>> {
  for await (const { rows, next } of batches) yield { items: rows, ...(next && { next: { file: 0, rows: next } }) };
}

function lengthOf({ cells, reason, raw }: RejectedRow): number {
  return cells.reduce((sum, cell) => sum + (cell?.length ?? 0), reason.length + raw.length);
}

function whyNotMendable(message: InboundMessage | undefined, { execution, entity }: RejectedFile): string | undefined {
  if (!message) return "The message of this run is past its retention.";
  try {
    requireMendable(message, execution.id, entity);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
