import { executionIdsOf } from "../../domain/message.ts";
import type { FileRoom, Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";

const pageFiles = 500;
const pagesMax = 200;

/**
 * Removes a message as it was judged, with its executions, its results and its files. False when somebody wrote it since,
 * such as a person who retried it: then nothing of it goes. Its row goes first and leaves a note, by which `clearRemains`
 * finishes what was cut off.
 */
export async function removeMessage(ports: Ports, stored: Stored<Message>): Promise<boolean> {
  const { id, activityId } = stored.value;
  if (!(await ports.messages.remove(stored))) return false;
  await clear(ports, roomOf(stored.value), activityId, id, executionIdsOf(stored.value));
  return true;
}

/** Clears away what a removed message left; false when nothing says that there was one. */
export async function clearRemains(ports: Ports, room: FileRoom, activityId: string, messageId: string) {
  const remains = await ports.messages.findRemains(activityId, messageId);
  if (remains) await clear(ports, room, activityId, messageId, remains.executionIds);
  return remains !== undefined;
}

/** Clears away what a worker wrote for a message that was removed while it stood still; what is there stays as it is. */
export async function clearUnlessThere(ports: Ports, message: Message): Promise<void> {
  const { id, activityId } = message;
  if (await ports.messages.find(activityId, id)) return;
  await clear(ports, roomOf(message), activityId, id, executionIdsOf(message));
}

function roomOf({ direction }: Message): FileRoom {
  return direction === "import" ? "inbound" : "outbound";
}

async function clear(
  ports: Ports,
  room: FileRoom,
  activityId: string,
  messageId: string,
  executionIds: readonly string[],
): Promise<void> {
  for (const id of executionIds) {
    await ports.executions.remove(id);
    await ports.staging.discardAll(id);
  }
  await removePackages(ports, room, messageId);
  await ports.messages.forgetRemains(activityId, messageId);
  // The name that is the message's id goes last: as long as it stands, the retention comes by.
  await ports.files.remove(room, messageId);
}

/** The files of an export's attempts. What was listed is gone before the next page, so that every page is the first. */
async function removePackages(ports: Ports, room: FileRoom, messageId: string): Promise<void> {
  for (let page = 0; page < pagesMax; page++) {
    const { items } = await ports.files.list(room, `${messageId}/`, { limit: pageFiles });
    if (items.length === 0) return;
    for (const { name } of items) await ports.files.remove(room, name);
  }
  throw new Error(`Message ${messageId} has more files than one removal takes.`);
}
