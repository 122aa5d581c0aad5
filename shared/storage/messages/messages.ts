import { isGuid } from "../../domain/guid.ts";
import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import type { Beside, Message, Messages } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { activityKey } from "./files.ts";
import type { Blobs, Ground, Table } from "../ground/ground.ts";
import { type Gates, gatesOf, jobGate } from "./gates.ts";
import { inboundBacklog } from "./inboundBacklog.ts";
import { jobProgress } from "./jobProgress.ts";
import { behind, requireId } from "../rows/keys.ts";
import { keyChanges } from "./keyRows.ts";
import { insertionChanges, progressChanges, replaceMessage, resetWatermarks, toWatermarks } from "./messageChanges.ts";
import * as rows from "./messageRows.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { listNamed } from "./namedMessages.ts";
import { removals } from "./removals.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";

/** Messages of both directions, the backlog of an import job, and what must move in one transaction with them. */
export function messagesStore(ground: Ground): Messages {
  const table = ground.table(tableNames.messages);
  const gates = gatesOf(table);
  const inbound = ground.blobs(containerNames.inbound);
  const outbound = ground.blobs(containerNames.outbound);
  const find = (activityId: string, messageId: string) => findMessage(table, activityId, messageId);
  const findOutbound: Messages["findOutbound"] = async (activityId, messageId) => {
    const found = await find(activityId, messageId);
    return found?.value.direction === "export" ? { value: found.value, etag: found.etag } : undefined;
  };

  return {
    ...jobGate(gates),
    ...inboundBacklog(table, gates),
    ...jobProgress(table),
    ...removals(table),
    ...watermarksIn(table),
    insertOutbound: (message, beside) => insertOutbound(table, gates, outbound, message, beside),
    find,
    async findInbound(activityId, messageId) {
      const found = await find(activityId, messageId);
      return found?.value.direction === "import" ? { value: found.value, etag: found.etag } : undefined;
    },
    findOutbound,
    async findByCorrelation(activityId, correlationId) {
      if (!isGuid(correlationId)) return undefined;
      const row = await table.find(activityId, rows.correlationKey(correlationId));
      const messageId = row?.values["messageId"];
      return typeof messageId === "string" ? findOutbound(activityId, messageId) : undefined;
    },
    findActivity: (messageId) => findActivity([inbound, outbound], messageId),
    replace: (stored, next, beside) => replaceMessage(table, gates, stored, next, beside),
    list: (activityId, page) =>
      pageOfRows(table, activityId, rows.messageKeys, page, (row) => rows.toMessage(row).value),
    listNamed: (activityId, beginning, limit) => listNamed(table, activityId, beginning, limit),
    async listWaiting(activityId, afterOrder, limit) {
      const range = { ...rows.waitingKeys, from: behind(rows.waitingKey(afterOrder)) };
      return (await firstRows(table, activityId, range, limit)).map(rows.toWaiting);
    },
  };
}

function watermarksIn(table: Table): Pick<Messages, "findWatermarks" | "resetWatermarks"> {
  return {
    findWatermarks: async (activityId) => toWatermarks(await table.find(activityId, rows.watermarksKey)),
    resetWatermarks: (activityId, isMeant) => resetWatermarks(table, activityId, isMeant),
  };
}

/** The payload of a message, or the marker of an export, names its job. */
async function findActivity(rooms: readonly Blobs[], messageId: string): Promise<string | undefined> {
  if (!isGuid(messageId)) return undefined;
  for (const room of rooms) {
    const facts = await room.findFacts(messageId);
    if (facts) return facts.metadata[activityKey];
  }
  return undefined;
}

async function insertOutbound(
  table: Table,
  gates: Gates,
  outbound: Blobs,
  message: OutboundMessage,
  { progress, gate, keys = [] }: Beside = {},
): Promise<boolean> {
  // The marker comes first: a message without one could not be found by its id alone. It is written anew where one was
  // left, so that the retention takes it for a young one.
  const metadata = { [activityKey]: message.activityId };
  await outbound.put(requireId(message.id), new Uint8Array(), { condition: "any", metadata });
  const changes = [...insertionChanges(message), ...progressChanges(progress), ...keys.flatMap(keyChanges)];
  const etags = await gates.passing(message.activityId, gate, (passage) =>
    table.transact(message.activityId, [...changes, ...passage]),
  );
  return etags !== undefined;
}

async function findMessage(table: Table, activityId: string, messageId: string): Promise<Stored<Message> | undefined> {
  if (!isGuid(messageId)) return undefined;
  const row = await table.find(activityId, rows.messageKey(messageId));
  return row && rows.toMessage(row);
}
