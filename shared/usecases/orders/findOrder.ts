import { DomainError } from "../../domain/errors.ts";
import type { DefinitionVersion } from "../../domain/execution.ts";
import { orderOfJob } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Message, Ports } from "../../ports.ts";

/** The order of a run, and the version of the job that gives it, where one does. */
export interface GivenOrder {
  readonly order: RunOrder;
  readonly job?: DefinitionVersion;
}

type Ordered = Pick<Message, "activityId" | "ownOrder">;

/**
 * By what a message runs now: its own order as long as there is its project, else that of its job as it stands. Undefined
 * where the one or the other was deleted: nobody gives such a message an order any more.
 */
export async function findOrder(ports: Ports, { activityId, ownOrder }: Ordered): Promise<GivenOrder | undefined> {
  if (ownOrder) {
    const project = await ports.definitions.find("project", ownOrder.project);
    return project && { order: ownOrder };
  }
  const job = await ports.definitions.find("job", activityId);
  if (!job) return undefined;
  const { value, version, revision } = job;
  return { order: orderOfJob(value), job: { name: value.activityId, version, revision } };
}

/** Of a message that `findOrder` finds no order for. */
export function orderGone({ ownOrder }: Ordered): DomainError {
  const who = ownOrder ? "data project" : "recurring data job";
  return new DomainError("notFound", `The ${who} of this message was deleted.`);
}
