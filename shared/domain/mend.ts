import { DomainError } from "./errors.ts";
import type { EntityExecution } from "./execution.ts";
import { type InboundMessage, acceptMessage, isFinalImport } from "./inboundMessage.ts";
import { type MendedRows, type Mending, countDecided, countLines } from "./mendedRows.ts";
import { withHistory } from "./message.ts";

/** Mends of one message, and characters of all their lines: its row is small, and people change rows by hand. */
const mendsMax = 100;
const lineCharactersMax = 50_000;

/** What a mend makes of two messages, which are written together. */
export interface Mended {
  readonly mended: InboundMessage;
  /** The new one: it stands in the backlog at the place of the message that it mends. */
  readonly mending: InboundMessage;
}

export interface MendFacts {
  readonly rows: Omit<MendedRows, "messageId">;
  /** The file of the new message. */
  readonly file: { readonly messageId: string; readonly sizeBytes: number; readonly sha256: string };
  readonly format: Mending["format"];
  readonly entry: string | undefined;
  /** How many records the execution rejected, where that is all that lacks of the message. */
  readonly rejected: number | undefined;
  /** The mends before that still count. */
  readonly before: readonly MendedRows[];
}

/** Throws `conflict` unless the rows that this execution rejected of an entity are the last word about them. */
export function requireMendable(
  { id, state, executionId }: InboundMessage,
  ofExecution: string,
  { entity, status }: Pick<EntityExecution, "entity" | "status">,
): void {
  if (!isFinalImport({ state })) throw refusal(`A run of message ${id} goes on. Mend its rows when it has ended.`);
  if (executionId !== ofExecution) {
    throw refusal(`Execution ${ofExecution} is not the last one of message ${id}. Mend the rows of its last one.`);
  }
  if (status === "error") {
    throw refusal(`None of the records of "${entity}" were stored: mend the file, or retry all of message ${id}.`);
  }
  if (state === "ProcessedWithErrors" || state === "PostProcessingError") return;
  throw refusal(`Message ${id} is ${state}: it has no rejected rows that could be mended.`);
}

export function mend(message: InboundMessage, { rows, file, format, entry, rejected, before }: MendFacts): Mended {
  const { messageId, ...bytes } = file;
  const { id, activityId, company, externalIdentifier, enqueuedAt } = message;
  const { entity, executionId, at, applicationId } = rows;
  const mendedBy = [...before, { ...rows, messageId }];
  requireRoom(message, mendedBy);
  const count = countLines(rows.lines);
  const accepted = acceptMessage({
    id: messageId,
    activityId,
    order: placeBehind(message, messageId),
    enqueuedAt: at,
    applicationId,
    entity,
    ...(company !== undefined && { company }),
    ...(externalIdentifier !== undefined && { externalIdentifier }),
    ...bytes,
    mends: {
      messageId: id,
      executionId,
      entity,
      rows: count,
      format,
      origin: message.mends?.origin ?? {
        messageId: id,
        enqueuedAt,
      },
      ...(entry !== undefined && { entry }),
    },
  });
  const what = `${count === 1 ? "1 row" : `${count} rows`} of "${entity}"`;
  const mending = { ...accepted, history: withHistory([], "Enqueued", at, `mends message ${id}: ${what}`) };
  const note = `${what} mended by message ${messageId}`;
  const isMended = rejected !== undefined && countDecided(mendedBy) >= rejected;
  const history = withHistory(message.history, message.state, at, note);
  return { mended: { ...message, mendedBy, ...(isMended && { isMended }), history }, mending };
}

/** In front of whatever came behind the rows: a newer value of theirs is not written over by one that was mended late. */
function placeBehind({ order }: InboundMessage, messageId: string): string {
  const [place] = order.split(placeEnd);
  return `${place}${placeEnd}${messageId}`;
}

const placeEnd = ".";

function requireRoom({ id }: InboundMessage, mendedBy: readonly MendedRows[]): void {
  const characters = mendedBy.reduce((sum, { lines, leftOut }) => sum + lines.length + leftOut.length, 0);
  if (mendedBy.length <= mendsMax && characters <= lineCharactersMax) return;
  throw refusal(
    `So much of message ${id} was mended row by row that no more can be noted. Push the rest as a new file.`,
  );
}

function refusal(text: string): DomainError {
  return new DomainError("conflict", text);
}
