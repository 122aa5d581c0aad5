import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import type { Message, Messages, Stored } from "../../ports.ts";
import { activityKey } from "./files.ts";
import type { Blobs, Ground, Table } from "../ground/ground.ts";
import { inboundLine } from "./inboundLine.ts";
import { jobProgress } from "./jobProgress.ts";
import { behind, isId, requireId } from "../rows/keys.ts";
import { replaceMessage, replaceWithWatermarks, toWatermarks } from "./messageChanges.ts";
import * as rows from "./messageRows.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";

const removalTriesMax = 5;

/** Messages of both directions, the line of an import job, and what must move in one transaction with them. */
export function messagesStore(ground: Ground): Messages {
  const table = ground.table(tableNames.messages);
  const inbound = ground.blobs(containerNames.inbound);
  const outbound = ground.blobs(containerNames.outbound);
  const find = (activityId: string, messageId: string) => findMessage(table, activityId, messageId);
  const findOutbound: Messages["findOutbound"] = async (activityId, messageId) => {
    const found = await find(activityId, messageId);
    return found?.value.direction === "export" ? { value: found.value, etag: found.etag } : undefined;
  };

  return {
    ...inboundLine(table),
    ...jobProgress(table),
    insertOutbound: (message) => insertOutbound(table, outbound, message),
    find,
    async findInbound(activityId, messageId) {
      const found = await find(activityId, messageId);
      return found?.value.direction === "import" ? { value: found.value, etag: found.etag } : undefined;
    },
    findOutbound,
    async findByCorrelation(activityId, correlationId) {
      if (!isId(correlationId)) return undefined;
      const row = await table.find(activityId, rows.correlationKey(correlationId));
      const messageId = row?.values["messageId"];
      return typeof messageId === "string" ? findOutbound(activityId, messageId) : undefined;
    },
    findActivity: (messageId) => findActivity([inbound, outbound], messageId),
    replace: (stored, next) => replaceMessage(table, stored, next),
    replaceWithWatermarks: (stored, next, watermarks) => replaceWithWatermarks(table, stored, next, watermarks),
    findWatermarks: async (activityId) => toWatermarks(await table.find(activityId, rows.watermarksKey)),
    list: (activityId, page) =>
      pageOfRows(table, activityId, rows.messageKeys, page, (row) => rows.toMessage(row).value),
    async listWaiting(activityId, afterOrder, limit) {
      const range = { ...rows.waitingKeys, from: behind(rows.waitingKey(afterOrder)) };
      return (await firstRows(table, activityId, range, limit)).map(rows.toWaiting);
    },
    remove: (activityId, messageId) => removeMessage(table, outbound, activityId, messageId),
  };
}

/** The payload of a message, or the marker of an export, names its job. */
async function findActivity(rooms: readonly Blobs[], messageId: string): Promise<string | undefined> {
  if (!isId(messageId)) return undefined;
  for (const room of rooms) {
    const facts = await room.findFacts(messageId);
    if (facts) return facts.metadata[activityKey];
  }
  return undefined;
}

async function insertOutbound(table: Table, outbound: Blobs, message: OutboundMessage): Promise<boolean> {
  // The marker comes first: a message without one could not be found by its id alone.
  const metadata = { [activityKey]: message.activityId };
  await outbound.put(requireId(message.id), new Uint8Array(), { condition: "new", metadata });
  const key = rows.messageKey(message.id);
  return (await table.insert(message.activityId, key, rows.messageValues(message))) !== undefined;
}

async function findMessage(table: Table, activityId: string, messageId: string): Promise<Stored<Message> | undefined> {
  if (!isId(messageId)) return undefined;
  const row = await table.find(activityId, rows.messageKey(messageId));
  return row && rows.toMessage(row);
}

/** The marker of an export goes last, also when an earlier removal stopped before it. */
async function removeMessage(table: Table, outbound: Blobs, activityId: string, messageId: string): Promise<void> {
  if (!isId(messageId)) return;
  for (let tries = 0; ; tries++) {
    const found = await findMessage(table, activityId, messageId);
    if (!found) break;
    if (tries === removalTriesMax)
      throw new Error(`Message ${messageId} is written so often that it cannot be removed.`);
    const row = { kind: "remove", rowKey: rows.messageKey(messageId), etag: found.etag } as const;
    if (await table.transact(activityId, [row, ...rows.besideChanges(found.value, undefined)])) break;
  }
  await outbound.remove(messageId);
}
