import { outboundQueueName, queueNames } from "../../storage/ground/names.ts";
import { clearRemovedJob } from "../../usecases/definitions/removeJob.ts";
import type { Doubt } from "../finding.ts";
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

async function* lookAtOutbox({ ports, seen }: World, queueName: string): AsyncGenerator<Doubt> {
  seen();
  const activityId = queueName.slice(outPrefix.length);
  const isOfJob = async () => (await ports.definitions.find("job", activityId)) !== undefined;
  if (await isOfJob()) return;
  yield {
    kind: "queueOfNoJob",
    place: queueName,
    what: "It is the queue of an export job that is not there.",
    todo: "The removal of the job was cut off: delete the job once more, which ends it.",
    isStill: async () => !(await isOfJob()),
    mend: () => clearRemovedJob(ports, activityId),
  };
}
