import type { Ports } from "../../ports.ts";
import { Unavailable } from "../../ports/unavailable.ts";
import type { JobWork, UpkeepWork, Work } from "../../ports/workQueue.ts";
import { drainJob } from "../import/drainJob.ts";
import { exportMessage } from "../export/exportMessage.ts";
import { deliverEvents } from "../events/deliverEvents.ts";
import { relayEvents } from "../events/relayEvents.ts";
import { importMessage } from "../import/importMessage.ts";
import { doUpkeep } from "../upkeep/doUpkeep.ts";
import { leaveWork, putBack } from "./putBack.ts";
import { runJob } from "./runJob.ts";

/**
 * Does one piece of work; whatever must not happen twice is fenced by its own row. Work that the ground failed goes back
 * on the queue, and any other throw means "again soon", until the host gives the work up. A host that drains does none.
 */
export async function doWork(ports: Ports, work: Work): Promise<void> {
  if (ports.settings.isDraining) return leaveWork(ports, work);
  if (work.kind === "relayEvents") return relayEvents(ports, work.activityId);
  if (work.kind === "deliverEvents") return deliverEvents(ports, work.webhook);
  if (isUpkeep(work)) return doUpkeep(ports, work);
  try {
    await begin(ports, work);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    await putBack(ports, work);
  }
}

/** A pass sends its pieces at its own pace; one that fails would only stand beside the next pass's. */
function isUpkeep(work: Work): work is UpkeepWork {
  return work.kind === "upkeep" || work.kind === "compactEntity";
}

function begin(ports: Ports, work: JobWork): Promise<void> {
  switch (work.kind) {
    case "runJob":
      return runJob(ports, work.activityId, work.dueAt);
    case "importMessage":
      return importMessage(ports, work.activityId, work.messageId);
    case "exportMessage":
      return exportMessage(ports, work.activityId, work.messageId);
    case "drainJob":
      return drainJob(ports, work.activityId);
  }
}
