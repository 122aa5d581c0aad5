import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import type { Message, Stored, Watermarks } from "../../ports.ts";
import type { Row, RowChange, Table } from "../ground/ground.ts";
import { besideChanges, messageKey, messageValues, watermarksKey } from "./messageRows.ts";
import { tableNames } from "../ground/names.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

const triesMax = 10;

/** One write where the rows beside the message stay as they are, one transaction where they do not. */
export async function replaceMessage<M extends Message>(
  table: Table,
  stored: Stored<M>,
  next: M,
): Promise<Stored<M> | undefined> {
  const { activityId, id } = stored.value;
  const beside = besideChanges(stored.value, next);
  if (beside.length > 0) {
    const isDone = await table.transact(activityId, [messageChange(stored, next), ...beside]);
    return isDone ? written(table, stored, next) : undefined;
  }
  const etag = await table.replace(activityId, messageKey(id), messageValues(next), stored.etag);
  return etag === undefined ? undefined : { value: next, etag };
}

/** Watermarks only ever rise: an export that ends after a later one must not make that one's records due again. */
export async function replaceWithWatermarks(
  table: Table,
  stored: Stored<OutboundMessage>,
  next: OutboundMessage,
  watermarks: Watermarks,
): Promise<Stored<OutboundMessage> | undefined> {
  const { activityId, id } = stored.value;
  for (let tries = 0; tries < triesMax; tries++) {
    const row = await table.find(activityId, watermarksKey);
    const beside = besideChanges(stored.value, next);
    const changes = [messageChange(stored, next), ...beside, watermarksChange(row, watermarks)];
    if (await table.transact(activityId, changes)) return written(table, stored, next);
    // Either the message was written by somebody else, or only the watermarks were.
    if ((await table.find(activityId, messageKey(id)))?.etag !== stored.etag) return undefined;
  }
  throw new Error(`The watermarks of job ${activityId} did not hold still in ${triesMax} tries.`);
}

export function toWatermarks(row: Row | undefined): Watermarks {
  if (!row) return {};
  return fromColumns<{ watermarks: Watermarks }>(tableNames.messages, row, ["watermarks"]).watermarks;
}

function messageChange(stored: Stored<Message>, next: Message): RowChange {
  return { kind: "replace", rowKey: messageKey(stored.value.id), values: messageValues(next), etag: stored.etag };
}

function watermarksChange(row: Row | undefined, watermarks: Watermarks): RowChange {
  const risen = new Map(Object.entries(toWatermarks(row)));
  for (const [name, sequence] of Object.entries(watermarks)) {
    risen.set(name, Math.max(sequence, risen.get(name) ?? sequence));
  }
  const values = toColumns({ watermarks: Object.fromEntries(risen) });
  if (!row) return { kind: "insert", rowKey: watermarksKey, values };
  return { kind: "replace", rowKey: watermarksKey, values, etag: row.etag };
}

/**
 * The message after a transaction, which tells no ETag. When somebody has written since, the old ETag goes with ours:
 * the transaction did happen, and the caller's next write is the one that finds the race lost.
 */
async function written<M extends Message>(table: Table, stored: Stored<M>, next: M): Promise<Stored<M>> {
  const row = await table.find(next.activityId, messageKey(next.id));
  const ours = messageValues(next);
  const isOurs = row !== undefined && Object.entries(ours).every(([column, value]) => row.values[column] === value);
  return { value: next, etag: isOurs ? row.etag : stored.etag };
}
