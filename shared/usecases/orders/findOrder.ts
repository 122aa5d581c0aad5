import type { DefinitionVersion } from "../../domain/execution.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import { type RunOrder, orderOfJob } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

/** The order of a run, and the version of the job that gives it. */
export interface GivenOrder {
  readonly order: RunOrder;
  readonly job: DefinitionVersion;
}

/** By what the job's messages run now; undefined for one that was deleted, whose messages nobody gives an order any more. */
export async function findOrder(ports: Ports, activityId: string): Promise<GivenOrder | undefined> {
  const job = await ports.definitions.find("job", activityId);
  return job && orderGivenBy(job);
}

function orderGivenBy({ value, version, revision }: Definition<RecurringJob>): GivenOrder {
  return { order: orderOfJob(value), job: { name: value.activityId, version, revision } };
}
