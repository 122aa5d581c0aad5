import { isFinalImport } from "../../domain/inboundMessage.ts";
import { isFinalExport } from "../../domain/outboundMessage.ts";
import type { FileItem, FileRoom, Message, Ports } from "../../ports.ts";

const pageFiles = 500;
const pagesMax = 200;
const hexDigitsOfTime = 12;
/** A window of message ids: 2^20 ms, about 17 minutes, share their first seven digits. */
const windowDigits = 7;
const windowMs = 2 ** 20;

/**
 * Deletes what is past its retention: a message that ended so long ago goes with its executions, its results and its
 * files. What waits, blocks, is parked or not acknowledged stays, however old. Payloads are named by message id and ids sort
 * by time, so a look at the oldest names finds everything that is due.
 */
export async function pruneMessages(ports: Ports): Promise<void> {
  const before = ports.clock.now() - ports.settings.retentionMs;
  for (const room of ["inbound", "outbound"] as const) {
    await forEachPayload(ports, room, "", async ({ name: messageId, activityId }) => {
      if (timeOf(messageId) >= before) return "stop";
      await pruneMessage(ports, room, { messageId, activityId, before });
      return "go on";
    });
  }
}

/**
 * Deletes payloads without a message: of an enqueue that was cut off after its bytes were stored. Looks at the window
 * of ids that has just become old enough; what it misses, the retention finds.
 */
export async function removeOrphans(ports: Ports): Promise<void> {
  const before = ports.clock.now() - ports.settings.orphanAfterMs;
  const prefix = toHex(before - windowMs).slice(0, windowDigits);
  await forEachPayload(ports, "inbound", prefix, async ({ name: messageId, activityId, createdAt }) => {
    // The id is as old as its request; bytes that came in slowly may have their message in a moment.
    if (createdAt >= before) return "go on";
    if (!activityId || !(await ports.messages.find(activityId, messageId))) {
      await ports.files.remove("inbound", messageId);
      ports.log.warn("payload.orphan", { messageId });
    }
    return "go on";
  });
}

async function forEachPayload(
  ports: Ports,
  room: FileRoom,
  prefix: string,
  visit: (payload: FileItem) => Promise<"go on" | "stop">,
): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.files.list(room, prefix, { limit: pageFiles, ...(continuation && { continuation }) });
    for (const payload of found.items) {
      // A package stands behind its message's marker, under the same id.
      if (!payload.name.includes("/") && (await visit(payload)) === "stop") return;
    }
    continuation = found.continuation;
    if (!continuation) return;
  }
}

interface OldPayload {
  readonly messageId: string;
  readonly activityId: string | undefined;
  /** What ended later than this is not due, however long ago it came. */
  readonly before: number;
}

async function pruneMessage(ports: Ports, room: FileRoom, { messageId, activityId, before }: OldPayload) {
  const stored = activityId === undefined ? undefined : await ports.messages.find(activityId, messageId);
  if (stored) {
    if (!hasEnded(stored.value, before) || (await blocksItsJob(ports, stored.value))) return;
    const { executionId, earlierExecutionIds = [] } = stored.value;
    for (const id of executionId === undefined ? earlierExecutionIds : [...earlierExecutionIds, executionId]) {
      await ports.executions.remove(id);
      await ports.staging.discardAll(id);
    }
  }
  // Packages go before their message, which takes the marker with it by which they are found.
  await removePackages(ports, room, messageId);
  if (stored) await ports.messages.remove(stored.value.activityId, messageId);
  // The name that is the message's id goes last: as long as it stands, the next round finds the rest.
  await ports.files.remove(room, messageId);
}

function hasEnded(message: Message, before: number): boolean {
  const lastChangeAt = message.history.at(-1)?.at ?? message.enqueuedAt;
  if (message.parked || lastChangeAt >= before) return false;
  return message.direction === "export" ? isFinalExport(message) : isFinalImport(message);
}

async function blocksItsJob(ports: Ports, message: Message): Promise<boolean> {
  return (await ports.messages.findProgress(message.activityId))?.value.blockedBy === message.id;
}

async function removePackages(ports: Ports, room: FileRoom, messageId: string): Promise<void> {
  const { items } = await ports.files.list(room, `${messageId}/`, { limit: pageFiles });
  for (const { name } of items) await ports.files.remove(room, name);
}

function timeOf(messageId: string): number {
  return Number.parseInt(messageId.replaceAll("-", "").slice(0, hexDigitsOfTime), 16);
}

function toHex(at: number): string {
  return at.toString(16).padStart(hexDigitsOfTime, "0");
}
