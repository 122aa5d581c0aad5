/**
 * Everything of one job is one partition of the table `messages`, so that what must agree moves in one transaction:
 * `m_{id, newest first}` is a message, `w_{order}` its place in line while it waits, `c_{correlation id}` leads to it from
 * a delivery, and there are single rows for the counter of places, for the progress of the line and for watermarks.
 */
import type { Message, Stored, WaitingMessage } from "../../ports.ts";
import type { Row, RowChange, RowValues } from "../ground/ground.ts";
import { newestFirstIdKey, requireId } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { keysWith } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

export const messageKeys = keysWith("m_");
export const waitingKeys = keysWith("w_");
export const orderKey = "order";
export const progressKey = "progress";
export const watermarksKey = "watermarks";

export function messageKey(messageId: string): string {
  return `m_${newestFirstIdKey(messageId)}`;
}

export function waitingKey(order: string): string {
  return `w_${order}`;
}

export function correlationKey(correlationId: string): string {
  return `c_${requireId(correlationId)}`;
}

/** The state stands beside the JSON for people who look at the table. */
export function messageValues(message: Message): RowValues {
  return { ...toColumns(message), state: message.state };
}

export function toMessage(row: Row): Stored<Message> {
  const members = ["id", "activityId", "direction", "state", "fence", "history"] as const;
  return { value: fromColumns<Message>(tableNames.messages, row, members), etag: row.etag };
}

export function toWaiting(row: Row): WaitingMessage {
  const waiting = fromColumns<Omit<WaitingMessage, "order">>(tableNames.messages, row, ["messageId", "enqueuedAt"]);
  return { ...waiting, order: row.rowKey.slice(waitingKey("").length) };
}

/**
 * What keeps the rows beside a message true: exactly the Enqueued messages of an import have a place in line, and
 * exactly the CorrelationIds that an export remembers lead to it.
 */
export function rowChanges(previous: Message | undefined, next: Message | undefined): readonly RowChange[] {
  const before = rowsBeside(previous);
  const after = rowsBeside(next);
  const gone = [...before.keys()].filter((rowKey) => !after.has(rowKey));
  const come = [...after].filter(([rowKey]) => !before.has(rowKey));
  return [
    ...gone.map((rowKey) => ({ kind: "remove", rowKey }) as const),
    ...come.map(([rowKey, values]) => ({ kind: "insert", rowKey, values }) as const),
  ];
}

function rowsBeside(message: Message | undefined): ReadonlyMap<string, RowValues> {
  if (!message) return new Map();
  if (message.direction === "export") {
    const ids = message.delivery ? [...message.correlationIds, message.delivery.correlationId] : message.correlationIds;
    return new Map(ids.map((id) => [correlationKey(id), { messageId: message.id }]));
  }
  if (message.state !== "Enqueued") return new Map();
  return new Map([[waitingKey(message.order), toColumns({ messageId: message.id, enqueuedAt: message.enqueuedAt })]]);
}
