import type { Actor } from "../../domain/caller.ts";
import { type DataProject, isOpenTo } from "../../domain/dataProject.ts";
import { isListed } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { findOrder } from "../orders/findOrder.ts";
import { findRun, type FoundRun } from "../watch/findRun.ts";
import { recordRefusal } from "./authorizeJob.ts";
import { isForApplication } from "./authorizeProject.ts";
import { projectOfRun } from "./projectOfRun.ts";

/**
 * The run that an id of a client names, of its execution or its message, where the application may look at it: by the role
 * of the package API, unless its project is for others, or on the list of the job that it belongs to. Undefined for any
 * other one and for one that there is not, which look the same; a refusal is written down.
 */
export async function authorizeRun(
  ports: Ports,
  by: Actor,
  hasRole: boolean,
  id: string,
): Promise<FoundRun | undefined> {
  const run = await findRun(ports, id);
  if (!run) return undefined;
  const project = hasRole ? await findProject(ports, run) : undefined;
  if (hasRole && (!project || isOpenTo(project, by.applicationId))) return run;
  const job = await ports.definitions.find("job", run.activityId);
  if (job && isListed(job.value, by.applicationId)) return run;
  if (project) await isForApplication(ports, by, project);
  else await recordRefusal(ports, by, run.activityId, "application id is not listed");
  return undefined;
}

/** Of a message whose execution has not begun it is the one by which it will. */
async function findProject(ports: Ports, { message, execution }: FoundRun): Promise<DataProject | undefined> {
  if (execution?.project) return projectOfRun(ports, execution);
  if (message?.ownOrder) {
    const { project, projectVersion = 0 } = message.ownOrder;
    return projectOfRun(ports, { project, projectVersion, startedAt: message.enqueuedAt });
  }
  const order = message && (await findOrder(ports, message))?.order;
  return order && (await ports.definitions.find("project", order.project))?.value;
}
