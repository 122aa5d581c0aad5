import type { Beside, Message, Watermark, Watermarks } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { NewEtags, Row, RowChange, Table } from "../ground/ground.ts";
import type { Gates } from "./gates.ts";
import { messageKey, messageValues, progressKey, watermarksKey } from "./messageRows.ts";
import { rowChanges } from "./rowsBeside.ts";
import { tableNames } from "../ground/names.ts";
import { eventChanges } from "../rows/eventRows.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

/** One write where the rows beside the message stay as they are, one transaction where they do not. */
export async function replaceMessage<M extends Message>(
  table: Table,
  gates: Gates,
  stored: Stored<M>,
  next: M,
  beside: Beside = {},
): Promise<Stored<M> | undefined> {
  const { activityId, id } = stored.value;
  const rows = [
    ...rowChanges(stored.value, next),
    ...progressChanges(beside.progress),
    ...(beside.born ? insertionChanges(beside.born) : []),
    ...eventChanges(beside.events),
  ];
  const transact = (more: readonly RowChange[]) =>
    gates.passing(activityId, beside.gate, (passage) =>
      transactMessage(table, activityId, [messageChange(stored, next), ...rows, ...more, ...passage]),
    );
  if (beside.watermarks) return replaceWithWatermarks(table, stored, next, beside.watermarks, transact);
  if (rows.length > 0 || beside.gate) {
    const etags = await transact([]);
    return etags && written(table, stored, next, etags[0]);
  }
  const etag = await table.replace(activityId, messageKey(id), messageValues(next), stored.etag);
  return etag === undefined ? undefined : { value: next, etag };
}

async function replaceWithWatermarks<M extends Message>(
  table: Table,
  stored: Stored<M>,
  next: M,
  watermarks: Watermarks,
  transact: (more: readonly RowChange[]) => Promise<NewEtags | undefined>,
): Promise<Stored<M> | undefined> {
  const { activityId } = stored.value;
  return untilWon(`The watermarks of job ${activityId}`, async () => {
    const row = await table.find(activityId, watermarksKey);
    const etags = await transact([watermarksChange(row, watermarks)]);
    if (etags) return written(table, stored, next, etags[0]);
    // Either what was judged was written by somebody else, or only the watermarks were.
    return (await table.find(activityId, watermarksKey))?.etag === row?.etag ? undefined : lost;
  });
}

/**
 * Writes or removes a message, over the version that was judged, with what stands beside it. Release 0.1.0 kept fewer rows
 * beside a message: when no more than rows that are not there stood in the way of their removal, the rest is done.
 */
export async function transactMessage(
  table: Table,
  activityId: string,
  changes: readonly RowChange[],
): Promise<NewEtags | undefined> {
  const etags = await table.transact(activityId, changes);
  if (etags) return etags;
  const possible: RowChange[] = [];
  for (const change of changes) {
    const isMissing =
      change.kind === "remove" && change.etag === undefined && !(await table.find(activityId, change.rowKey));
    if (!isMissing) possible.push(change);
  }
  return possible.length < changes.length ? table.transact(activityId, possible) : undefined;
}

/** The change of a job's progress, over the version that was judged. */
export function progressChanges(progress: Beside["progress"]): readonly RowChange[] {
  if (!progress) return [];
  const values = toColumns(progress.next);
  const { judged } = progress;
  if (!judged) return [{ kind: "insert", rowKey: progressKey, values }];
  return [{ kind: "replace", rowKey: progressKey, values, etag: judged.etag }];
}

/** A new message with the rows beside it. */
export function insertionChanges(message: Message): readonly RowChange[] {
  const insertion: RowChange = { kind: "insert", rowKey: messageKey(message.id), values: messageValues(message) };
  return [insertion, ...rowChanges(undefined, message)];
}

export function toWatermarks(row: Row | undefined): Watermarks {
  if (!row) return {};
  return fromColumns<{ watermarks: Watermarks }>(tableNames.messages, row, ["watermarks"]).watermarks;
}

function messageChange(stored: Stored<Message>, next: Message): RowChange {
  return { kind: "replace", rowKey: messageKey(stored.value.id), values: messageValues(next), etag: stored.etag };
}

function isBehind(mark: Watermark, other: Watermark): boolean {
  const [one, two] = [countsOf(mark), countsOf(other)];
  return one.resets === two.resets ? one.seq < two.seq : one.resets < two.resets;
}

function countsOf(mark: Watermark): { readonly seq: number; readonly resets: number } {
  return typeof mark === "number" ? { seq: mark, resets: 0 } : { seq: mark.seq, resets: mark.resets ?? 0 };
}

/** No store has a commit so early that an export could go on from it. */
const nothingSeq = -1;

/** Over the version that was looked at: an export that ends in this moment comes before the reset, or finds it. */
export async function resetWatermarks(table: Table, activityId: string, isMeant: (name: string) => boolean) {
  return untilWon(`The watermarks of job ${activityId}`, async () => {
    const row = await table.find(activityId, watermarksKey);
    const marks = Object.entries(toWatermarks(row));
    if (!row || !marks.some(([name]) => isMeant(name))) return false;
    const next = marks.map(([name, mark]) => [name, isMeant(name) ? emptied(mark) : mark]);
    const values = toColumns({ watermarks: Object.fromEntries(next) });
    return (await table.replace(activityId, watermarksKey, values, row.etag)) === undefined ? lost : true;
  });
}

function emptied(mark: Watermark): Watermark {
  return { seq: nothingSeq, at: 0, resets: countsOf(mark).resets + 1 };
}

function watermarksChange(row: Row | undefined, watermarks: Watermarks): RowChange {
  const risen = new Map(Object.entries(toWatermarks(row)));
  for (const [name, mark] of Object.entries(watermarks)) {
    if (!isBehind(mark, risen.get(name) ?? mark)) risen.set(name, mark);
  }
  const values = toColumns({ watermarks: Object.fromEntries(risen) });
  if (!row) return { kind: "insert", rowKey: watermarksKey, values };
  return { kind: "replace", rowKey: watermarksKey, values, etag: row.etag };
}

/**
 * The message after a transaction. When its answer was lost and somebody has written since, the old ETag goes with ours:
 * the transaction did happen, and the caller's next write is the one that finds the race lost.
 */
async function written<M extends Message>(
  table: Table,
  stored: Stored<M>,
  next: M,
  etag: string | undefined,
): Promise<Stored<M>> {
  if (etag !== undefined) return { value: next, etag };
  const row = await table.find(next.activityId, messageKey(next.id));
  const ours = messageValues(next);
  const isOurs = row !== undefined && Object.entries(ours).every(([column, value]) => row.values[column] === value);
  return { value: next, etag: isOurs ? row.etag : stored.etag };
}
