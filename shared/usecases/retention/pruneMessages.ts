import { isFinalImport } from "../../domain/inboundMessage.ts";
import { isFinalExport } from "../../domain/outboundMessage.ts";
import { eachAlone } from "../../ports/eachAlone.ts";
import type { UpkeepItem } from "../../ports/events.ts";
import type { FileItem, FileRoom, Message, Ports } from "../../ports.ts";
import type { Page } from "../../ports/stored.ts";
import type { UpkeepPart } from "../../ports/workQueue.ts";
import { findOrder } from "../orders/findOrder.ts";
import { clearRemains, removeMessage } from "./removeMessage.ts";

const pageFiles = 500;
const pagesMax = 200;
const hexDigitsOfTime = 12;
/** A window of message ids: 2^20 ms, about 17 minutes, share their first seven digits. */
const windowDigits = 7;
const windowMs = 2 ** 20;
/** What has just become due is looked for in so many windows: longer than any pause between two passes. */
const dueWindows = 5;

/**
 * Deletes what has just come to the end of its retention: a message that ended so long ago goes with its executions, its
 * results and its files. What waits, blocks, is parked or not acknowledged stays, however old. Payloads are named by
 * message id and ids sort by time, so the windows of ids that have become old enough hold everything that came and
 * ended in time. `pruneOldMessages` finds what ended later, so that no pass looks again at what is kept.
 */
export async function pruneMessages(ports: Ports): Promise<void> {
  const before = ports.clock.now() - ports.settings.retentionMs;
  for (const room of rooms) {
    for (let back = dueWindows - 1; back >= 0; back--) {
      await forEachPage(ports, room, windowOf(before - back * windowMs), (payloads) =>
        prunePayloads(ports, "pruneMessages", room, payloads, before),
      );
    }
  }
}

const rooms: readonly FileRoom[] = ["inbound", "outbound"];

/**
 * Looks at a page of all payloads that are past the retention, from the oldest: what was kept for years as well, so once
 * a day will do. The next page is sent before this one is looked at: whatever a page meets keeps no other from its turn.
 */
export async function pruneOldMessages(
  ports: Ports,
  part: Extract<UpkeepPart, "pruneOldImports" | "pruneOldExports">,
  after: string | undefined,
): Promise<void> {
  const before = ports.clock.now() - ports.settings.retentionMs;
  const room = part === "pruneOldImports" ? "inbound" : "outbound";
  const { items, continuation } = await listPayloads(ports, room, "", after);
  const last = items.at(-1);
  if (continuation !== undefined && (!last || timeOf(last.name) < before)) {
    await ports.work.send({ kind: "upkeep", part, after: continuation });
  }
  await prunePayloads(ports, part, room, items, before);
}

/**
 * Deletes payloads without a message: of an enqueue that was cut off after its bytes were stored. Looks at the window
 * of ids that has just become old enough; what it misses, the retention finds.
 */
export async function removeOrphans(ports: Ports): Promise<void> {
  const before = ports.clock.now() - ports.settings.orphanAfterMs;
  await forEachPage(ports, "inbound", windowOf(before - windowMs), (payloads) =>
    // The id is as old as its request; bytes that came in slowly may have their message in a moment.
    eachAlone(
      ports,
      "removeOrphans",
      payloads.filter(({ createdAt }) => createdAt < before),
      factsOf,
      (payload) => removeOrphan(ports, payload),
    ),
  );
}

/**
 * The gate moves between two looks: a request that stands still since it stored these bytes can accept its message no more
 * without a new judgement, which it is not given so late.
 */
async function removeOrphan(ports: Ports, { name: messageId, activityId }: FileItem): Promise<void> {
  if (activityId) {
    if (await ports.messages.find(activityId, messageId)) return;
    await ports.messages.moveGate(activityId, { stamp: ports.ids.random() });
    if (await ports.messages.find(activityId, messageId)) return;
  }
  await ports.files.remove("inbound", messageId);
  ports.log.warn("payload.orphan", { messageId });
}

async function forEachPage(
  ports: Ports,
  room: FileRoom,
  prefix: string,
  visit: (payloads: readonly FileItem[]) => Promise<void>,
): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found: Page<FileItem> = await listPayloads(ports, room, prefix, continuation);
    await visit(found.items);
    continuation = found.continuation;
    if (continuation === undefined) return;
  }
}

/** A package stands behind its message's marker, under the same id, and is no payload of its own. */
async function listPayloads(
  ports: Ports,
  room: FileRoom,
  prefix: string,
  continuation: string | undefined,
): Promise<Page<FileItem>> {
  const page = { limit: pageFiles, ...(continuation !== undefined && { continuation }) };
  const found = await ports.files.list(room, prefix, page);
  return { ...found, items: found.items.filter(({ name }) => !name.includes("/")) };
}

async function prunePayloads(
  ports: Ports,
  part: UpkeepPart,
  room: FileRoom,
  payloads: readonly FileItem[],
  before: number,
): Promise<void> {
  const old = payloads.filter(({ name }) => timeOf(name) < before);
  await eachAlone(ports, part, old, factsOf, (payload) => prunePayload(ports, room, payload, before));
}

function factsOf({ name: messageId, activityId }: FileItem): UpkeepItem {
  return activityId === undefined ? { messageId } : { activityId, messageId };
}

function windowOf(at: number): string {
  return at.toString(16).padStart(hexDigitsOfTime, "0").slice(0, windowDigits);
}

/** A payload whose id is older than `before`. What ended later than that is not due, however long ago it came. */
export async function prunePayload(ports: Ports, room: FileRoom, payload: FileItem, before: number): Promise<void> {
  const { name: messageId, activityId, createdAt } = payload;
  const stored = activityId === undefined ? undefined : await ports.messages.find(activityId, messageId);
  if (stored) {
    if (await isOver(ports, stored.value, before)) await removeMessage(ports, stored);
    return;
  }
  if (activityId !== undefined && (await clearRemains(ports, room, activityId, messageId))) return;
  // A run that was due long ago may have its marker for a moment before it has its message.
  if (createdAt >= ports.clock.now() - ports.settings.orphanAfterMs) return;
  await (room === "inbound" ? removeOrphan(ports, payload) : ports.files.remove(room, messageId));
}

/** Whether nobody needs it any more: it has ended before then, and stands in nobody's way. */
export async function isOver(ports: Ports, message: Message, before: number): Promise<boolean> {
  if ((message.history.at(-1)?.at ?? message.enqueuedAt) >= before) return false;
  const isFinal = message.direction === "export" ? isFinalExport(message) : isFinalImport(message);
  if (isFinal && !message.parked && !(await blocksItsJob(ports, message))) return true;
  // What a deleted job left is for nobody to retry, to release or to fetch.
  return (await findOrder(ports, message)) === undefined;
}

async function blocksItsJob(ports: Ports, message: Message): Promise<boolean> {
  return (await ports.messages.findProgress(message.activityId))?.value.blockedBy === message.id;
}

function timeOf(messageId: string): number {
  return Number.parseInt(messageId.replaceAll("-", "").slice(0, hexDigitsOfTime), 16);
}
