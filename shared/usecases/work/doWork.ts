import type { Ports, Work } from "../../ports.ts";
import { drainJob } from "../import/drainJob.ts";
import { exportMessage } from "../export/exportMessage.ts";
import { importMessage } from "../import/importMessage.ts";
import { runJob } from "./runJob.ts";

/** Does one piece of work. A throw means "again later"; whatever must not happen twice is fenced by its own row. */
export async function doWork(ports: Ports, work: Work): Promise<void> {
  switch (work.kind) {
    case "runJob":
      return runJob(ports, work.activityId, work.dueAt);
    case "importMessage":
      return importInTurn(ports, work.activityId, work.messageId);
    case "exportMessage":
      return exportMessage(ports, work.activityId, work.messageId);
    case "drainJob":
      return drainJob(ports, work.activityId);
  }
}

/** Pointers that were sent before a job became an ordered one must not overtake its line. */
async function importInTurn(ports: Ports, activityId: string, messageId: string): Promise<void> {
  const job = await ports.definitions.find("job", activityId);
  return job?.value.isOrdered ? drainJob(ports, activityId) : importMessage(ports, activityId, messageId);
}
