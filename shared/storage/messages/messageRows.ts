/**
 * Everything of one job is one partition of the table `messages`, so that what must agree moves in one transaction:
 * `m_{id, newest first}` is a message, `w_{order}` its place in the backlog while it waits, `o_{standing}_{id}` says
 * that it is open in another way, `e_{time}_{id}` when it ended, `n_{external identifier}_{id}` finds one that does not wait, and `c_{correlation id}` leads to it from a delivery;
 * `v_{time}_{key}` is an event that waits for webhooks, `x_{id}` notes what a removed message left in files, and `k_{hash}` what an idempotency key stands for. There are
 * single rows for the gate, which also counts the places, for the progress of the backlog and for watermarks.
 */
import type { Message, WaitingMessage } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { foldName } from "../../domain/foldName.ts";
import type { OpenMessage } from "../../domain/standing.ts";
import type { Row, RowValues } from "../ground/ground.ts";
import { newestFirstIdKey, requireId, timeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { type KeyRange, keysWith } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

export const messageKeys = keysWith("m_");
export const waitingKeys = keysWith("w_");
export const openKeys = keysWith("o_");
export const parkedKeys = keysWith("o_parked_");
export const gateKey = "gate";
/** The first release counted the places of ordered jobs here. */
export const earlierCounterKey = "order";
export const progressKey = "progress";
export const watermarksKey = "watermarks";
/** Stands in every job whose open messages are known to have their rows. */
export const openRowsKey = "openrows";
/** Stands in every job whose ended messages are known to be in the lists of all jobs. */
export const listedKey = "listed";
export const endedPrefix = "e_";

export function messageKey(messageId: string): string {
  return `m_${newestFirstIdKey(messageId)}`;
}

const placeDigits = 16;

/**
 * Places count the commits of a job. They stand behind all that the first release gave, which begin with a hexadecimal
 * digit.
 */
export function placeOf(count: number): string {
  return `n${count.toString().padStart(placeDigits, "0")}`;
}

export function waitingKey(order: string): string {
  return `w_${order}`;
}

/** The key of everything that ended at that time begins so. */
export function endedKey(at: number): string {
  return `${endedPrefix}${timeKey(at)}`;
}

export function openKey(kind: OpenKind, messageId: string): string {
  return `${openPrefix(kind)}${requireId(messageId)}`;
}

function openPrefix(kind: OpenKind): string {
  return `o_${kind.toLowerCase()}_`;
}

export function keysOfKind(kind: OpenKind): KeyRange {
  return keysWith(openPrefix(kind));
}

const namedBytesMax = 150;

/** The keys of what clients called so, or with more behind it, begin so; only the first bytes of a name are in a key. */
export function namedKeys(externalIdentifier: string): string {
  return `n_${Buffer.from(foldName(externalIdentifier), "utf8").subarray(0, namedBytesMax).toString("hex")}`;
}

export function namedKey(externalIdentifier: string, messageId: string): string {
  return `${namedKeys(externalIdentifier)}_${requireId(messageId)}`;
}

/** What the message of such a row is called, where the row says so; its key has the beginning of a long name alone. */
export function toName(row: Row): string | undefined {
  if (row.values["v"] === undefined) return undefined;
  return fromColumns<WaitingFacts>(tableNames.messages, row, ["externalIdentifier"]).externalIdentifier;
}

export function remainsKey(messageId: string): string {
  return `x_${requireId(messageId)}`;
}

export function correlationKey(correlationId: string): string {
  return `c_${requireId(correlationId)}`;
}

export type OpenKind = Exclude<OpenMessage["standing"], "waiting">;
export type OpenFacts = Omit<OpenMessage, "messageId" | "standing">;

/** The state stands beside the JSON for people who look at the table. */
export function messageValues(message: Message): RowValues {
  return { ...toColumns(message), state: message.state };
}

export function toMessage(row: Row): Stored<Message> {
  const members = ["id", "activityId", "direction", "state", "fence", "history"] as const;
  return { value: fromColumns<Message>(tableNames.messages, row, members), etag: row.etag };
}

export function toWaiting(row: Row): WaitingMessage {
  const { messageId, enqueuedAt } = toWaitingFacts(row);
  return { messageId, enqueuedAt, order: row.rowKey.slice(waitingKey("").length) };
}

/** A waiting message in the load of its job; release 0.1.0 noted no more than when it was accepted. */
export function toWaitingLoad(row: Row): OpenMessage {
  const { messageId, enqueuedAt, since = enqueuedAt, sizeBytes = 0 } = toWaitingFacts(row);
  return { messageId, direction: "import", standing: "waiting", since, sizeBytes };
}

export interface WaitingFacts {
  readonly messageId: string;
  readonly enqueuedAt: number;
  readonly since?: number;
  readonly sizeBytes?: number;
  readonly externalIdentifier?: string;
}

export function toWaitingFacts(row: Row): WaitingFacts {
  return fromColumns<WaitingFacts>(tableNames.messages, row, ["messageId", "enqueuedAt"]);
}

export const openKinds: readonly OpenKind[] = ["inProcess", "offered", "parked"];
const kindsByKey: Readonly<Record<string, OpenKind>> = { inprocess: "inProcess", offered: "offered", parked: "parked" };

export function toOpen(row: Row): OpenMessage {
  const [, kind = ""] = row.rowKey.split("_");
  const standing = kindsByKey[kind];
  if (!standing) throw new Error(`Row ${row.partitionKey} / ${row.rowKey} of table ${tableNames.messages} is unknown.`);
  const facts = fromColumns<OpenFacts>(tableNames.messages, row, ["direction", "since", "sizeBytes"]);
  return { ...facts, messageId: openIdOf(row), standing };
}

/** The message that such a row is about. */
export function openIdOf({ rowKey }: Row): string {
  return rowKey.slice(rowKey.lastIndexOf("_") + 1);
}

/** The message that a row beside it is about, whichever of them it is. */
export function besideIdOf(row: Row): string {
  const { messageId } = row.values;
  if (row.rowKey.startsWith(waitingKey(""))) return toWaitingFacts(row).messageId;
  return typeof messageId === "string" ? messageId : openIdOf(row);
}
