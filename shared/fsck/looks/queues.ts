import { outboundQueueName, queueNames, tableNames } from "../../storage/ground/names.ts";
import { keysOfKind, openIdOf } from "../../storage/messages/messageRows.ts";
import { clearRemovedJob } from "../../usecases/definitions/removeJob.ts";
import { isOffered } from "../../domain/outboundMessage.ts";
import type { Doubt } from "../finding.ts";
import { rowsOf } from "../walk.ts";
import type { World } from "../world.ts";

const outPrefix = outboundQueueName("");

/** What stays on queues that nobody reads, and pointers that lack on those of exports. */
export async function* lookAtQueues(world: World): AsyncGenerator<Doubt> {
  yield* lookAtDeadWork(world);
  for (const name of world.places.queues.filter((each) => each.startsWith(outPrefix))) yield* lookAtOutbox(world, name);
}

async function* lookAtDeadWork({ ground, seen }: World): AsyncGenerator<Doubt> {
  seen();
  const count = () => ground.queue(queueNames.workPoison).count();
  const waiting = await count();
  if (waiting === 0) return;
  yield {
    kind: "deadWork",
    place: queueNames.workPoison,
    what: `Work that the host gave up waits to be put away: ${waiting}.`,
    todo: "The service takes it as it runs. If it stays, look for errors of the function workPoison in the log.",
    isStill: async () => (await count()) > 0,
  };
}

async function* lookAtOutbox(world: World, queueName: string): AsyncGenerator<Doubt> {
  const { ports, seen } = world;
  seen();
  const activityId = queueName.slice(outPrefix.length);
  const isOfJob = async () => (await ports.definitions.find("job", activityId)) !== undefined;
  if (await isOfJob()) return yield* lookAtPointers(world, queueName, activityId);
  yield {
    kind: "queueOfNoJob",
    place: queueName,
    what: "It is the queue of an export job that is not there.",
    todo: "The removal of the job was cut off: delete the job once more, which ends it.",
    isStill: async () => !(await isOfJob()),
    mend: () => clearRemovedJob(ports, activityId),
  };
}

/** An export is on its queue until it is acknowledged. A queue tells how much is on it, and not what. */
async function* lookAtPointers(world: World, queueName: string, activityId: string): AsyncGenerator<Doubt> {
  const { ground, ports } = world;
  const offered = async () => {
    const ids: string[] = [];
    for await (const row of rowsOf(ground.table(tableNames.messages), activityId, keysOfKind("offered"))) {
      const message = (await ports.messages.findOutbound(activityId, openIdOf(row)))?.value;
      if (message?.isPointerSent && isOffered(message)) ids.push(message.id);
    }
    return ids;
  };
  const lacking = async () => {
    const ids = await offered();
    const count = ids.length === 0 ? 0 : await ground.queue(queueName).count();
    return { ids, lacks: ids.length - count };
  };
  const { lacks } = await lacking();
  if (lacks <= 0) return;
  yield {
    kind: "pointersMissing",
    place: queueName,
    what: `Of the exports that wait for a client, ${lacks} are not on the queue: no client gets them.`,
    todo: "Each can be redelivered by itself as well.",
    isStill: async () => (await lacking()).lacks > 0,
    // Which ones lack shows nowhere, and a second pointer does no harm.
    mend: async () => {
      const { ids } = await lacking();
      for (const id of ids) await ports.outbox.send(activityId, id);
      return true;
    },
  };
}
