import type { Work, WorkQueue } from "../../ports/workQueue.ts";
import type { Ground } from "../ground/ground.ts";
import { queueNames } from "../ground/names.ts";
import { parseObject } from "../rows/storedJson.ts";

const membersOf: Readonly<Record<Work["kind"], readonly string[]>> = {
  runJob: ["activityId", "dueAt"],
  importMessage: ["activityId", "messageId"],
  exportMessage: ["activityId", "messageId"],
  drainJob: ["activityId"],
  relayEvents: ["activityId"],
  deliverEvents: ["webhook"],
  upkeep: ["part"],
  compactEntity: ["entityId"],
};

export function workQueueStore(ground: Ground): WorkQueue {
  const queue = ground.queue(queueNames.work);
  return { send: (work, delayMs) => queue.send(JSON.stringify(work), delayMs) };
}

/** Makes the queues that the host looks at: it asks for one that is not there again and again, and logs each time. */
export async function makeWorkQueues(ground: Ground): Promise<void> {
  await Promise.all(Object.values(queueNames).map((name) => ground.queue(name).make()));
}

/** What `send` put on the queue; throws when the text is nothing that this version knows. */
export function parseWork(text: string): Work {
  const where = `A message of the queue ${queueNames.work}`;
  const work = parseObject<Work>(where, text, ["kind"]);
  if (!Object.hasOwn(membersOf, work.kind)) throw new Error(`${where} has a kind that this version does not know.`);
  const missing = membersOf[work.kind].filter((member) => !Object.hasOwn(work, member));
  if (missing.length > 0) throw new Error(`${where} of kind ${work.kind} lacks ${missing.join(", ")}.`);
  return work;
}
