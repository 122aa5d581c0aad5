import type { Ports } from "../../ports.ts";
import type { Work } from "../../ports/workQueue.ts";
import { drainJob } from "../import/drainJob.ts";
import { exportMessage } from "../export/exportMessage.ts";
import { importMessage } from "../import/importMessage.ts";
import { doUpkeep } from "../upkeep/doUpkeep.ts";
import { runJob } from "./runJob.ts";

/** Does one piece of work. A throw means "again later"; whatever must not happen twice is fenced by its own row. */
export async function doWork(ports: Ports, work: Work): Promise<void> {
  switch (work.kind) {
    case "runJob":
      return runJob(ports, work.activityId, work.dueAt);
    case "importMessage":
      return importMessage(ports, work.activityId, work.messageId);
    case "exportMessage":
      return exportMessage(ports, work.activityId, work.messageId);
    case "drainJob":
      return drainJob(ports, work.activityId);
    default:
      return doUpkeep(ports, work);
  }
}
