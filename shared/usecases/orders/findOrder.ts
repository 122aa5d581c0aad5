import { DomainError } from "../../domain/errors.ts";
import type { DefinitionVersion } from "../../domain/execution.ts";
import { orderOfJob } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Message, Ports } from "../../ports.ts";
import type { VersionFacts } from "../../ports/definitions.ts";

/** The order of a run, and the version of the job that gives it, where one does. */
export interface GivenOrder {
  readonly order: RunOrder;
  readonly job?: DefinitionVersion;
}

type Ordered = Pick<Message, "activityId" | "ownOrder">;

/**
 * By what a message runs now: its own order as long as there is its project, and no other one under its name, else that of its job as it stands. Undefined
 * where the one or the other was deleted: nobody gives such a message an order any more.
 */
export async function findOrder(ports: Ports, { activityId, ownOrder }: Ordered): Promise<GivenOrder | undefined> {
  if (ownOrder) {
    const project = await ports.definitions.find("project", ownOrder.project);
    return project && isOfProject(project, ownOrder.projectVersion) ? { order: ownOrder } : undefined;
  }
  const job = await ports.definitions.find("job", activityId);
  if (!job) return undefined;
  const { value, version, revision } = job;
  return { order: orderOfJob(value), job: { name: value.activityId, version, revision } };
}

/** Whether a run was by the project, and not by one that had its name before; what tells neither is its own. */
export function isOfProject({ firstVersion = 0 }: Pick<VersionFacts, "firstVersion">, projectVersion = 0): boolean {
  return projectVersion === 0 || projectVersion >= firstVersion;
}

/** Of a message that `findOrder` finds no order for. */
export function orderGone({ ownOrder }: Ordered): DomainError {
  const who = ownOrder ? "data project" : "recurring data job";
  return new DomainError("notFound", `The ${who} of this message was deleted.`);
}
