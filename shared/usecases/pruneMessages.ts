import { isFinalImport } from "../domain/inboundMessage.ts";
import { isFinalExport } from "../domain/outboundMessage.ts";
import type { FileRoom, Message, Ports } from "../ports.ts";

const pageFiles = 500;
const pagesMax = 200;
const hexDigitsOfTime = 12;
/** A window of message ids: 2^20 ms, about 17 minutes, share their first seven digits. */
const windowDigits = 7;
const windowMs = 2 ** 20;

/**
 * Deletes what is past its retention: a message in a final state goes with its execution, its results and its files.
 * What waits, blocks, is parked or not acknowledged stays, however old. Payloads are named by message id and ids sort
 * by time, so a look at the oldest names finds everything that is due.
 */
export async function pruneMessages(ports: Ports): Promise<void> {
  const before = ports.clock.now() - ports.settings.retentionMs;
  for (const room of ["inbound", "outbound"] as const) {
    await forEachPayload(ports, room, "", async (messageId, activityId) => {
      if (timeOf(messageId) >= before) return "stop";
      await pruneMessage(ports, room, messageId, activityId);
      return "go on";
    });
  }
}

/**
 * Deletes payloads without a message: of an enqueue that was cut off after its bytes were stored. Looks at the window
 * of ids that has just become old enough; what it misses, the retention finds.
 */
export async function removeOrphans(ports: Ports): Promise<void> {
  const at = ports.clock.now() - ports.settings.orphanAfterMs - windowMs;
  const prefix = toHex(at).slice(0, windowDigits);
  await forEachPayload(ports, "inbound", prefix, async (messageId, activityId) => {
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
  visit: (messageId: string, activityId: string | undefined) => Promise<"go on" | "stop">,
): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.files.list(room, prefix, { limit: pageFiles, ...(continuation && { continuation }) });
    for (const { name, activityId } of found.items) {
      // A package stands behind its message's marker, under the same id.
      if (!name.includes("/") && (await visit(name, activityId)) === "stop") return;
    }
    continuation = found.continuation;
    if (!continuation) return;
  }
}

async function pruneMessage(
  ports: Ports,
  room: FileRoom,
  messageId: string,
  activityId: string | undefined,
): Promise<void> {
  const stored = activityId === undefined ? undefined : await ports.messages.find(activityId, messageId);
  if (stored && !isRemovable(stored.value, await blockedBy(ports, stored.value))) return;
  if (stored) {
    if (stored.value.executionId !== undefined) {
      await ports.executions.remove(stored.value.executionId);
      await ports.staging.discardAll(stored.value.executionId);
    }
    await ports.messages.remove(stored.value.activityId, messageId);
  }
  await removeFiles(ports, room, messageId);
}

async function blockedBy(ports: Ports, message: Message): Promise<string | undefined> {
  return (await ports.messages.findProgress(message.activityId))?.value.blockedBy;
}

function isRemovable(message: Message, blocking: string | undefined): boolean {
  if (message.parked || message.id === blocking) return false;
  return message.direction === "export" ? isFinalExport(message) : isFinalImport(message);
}

/** The name that carries the message's id goes last: as long as it stands, the next round finds the rest. */
async function removeFiles(ports: Ports, room: FileRoom, messageId: string): Promise<void> {
  const { items } = await ports.files.list(room, messageId, { limit: pageFiles });
  for (const { name } of items.toReversed()) await ports.files.remove(room, name);
}

function timeOf(messageId: string): number {
  return Number.parseInt(messageId.replaceAll("-", "").slice(0, hexDigitsOfTime), 16);
}

function toHex(at: number): string {
  return at.toString(16).padStart(hexDigitsOfTime, "0");
}
