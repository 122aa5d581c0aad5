import type { Ports } from "../../ports.ts";
import type { UpkeepPart, UpkeepWork } from "../../ports/workQueue.ts";
import { pruneMessages, pruneOldMessages, removeOrphans } from "../retention/pruneMessages.ts";
import { sweepEvents } from "./sweepEvents.ts";
import { compactEntity, removeGarbage, sendCompactions } from "./entityUpkeep.ts";
import { keepUpJobs } from "./keepUpJobs.ts";
import { sweepUploads } from "./sweepUploads.ts";
import { keepUpProjects } from "./keepUpProjects.ts";

const auditEntriesMax = 1000;

/** Does one piece of the upkeep. Each is bounded, may be cut off anywhere, and is safe at any time. */
export async function doUpkeep(ports: Ports, work: UpkeepWork): Promise<void> {
  switch (work.kind) {
    case "upkeep":
      return doPart(ports, work.part, work.after);
    case "compactEntity":
      return compactEntity(ports, work);
  }
}

async function doPart(ports: Ports, part: UpkeepPart, after: string | undefined): Promise<void> {
  switch (part) {
    case "keepUpJobs":
      return keepUpJobs(ports, after);
    case "keepUpProjects":
      return keepUpProjects(ports, after);
    case "pruneMessages":
      return pruneMessages(ports);
    case "pruneOldImports":
    case "pruneOldExports":
      return pruneOldMessages(ports, part, after);
    case "removeOrphans":
      return removeOrphans(ports);
    case "sweepEvents":
      return sweepEvents(ports);
    case "sweepUploads":
      return sweepUploads(ports);
    case "tidyLists":
      return ports.lists.tidy();
    case "tidyOldLists":
      return tidyOldLists(ports, after);
    case "pruneAudit":
      await ports.audit.removeBefore(ports.clock.now() - ports.settings.auditRetentionMs, auditEntriesMax);
      return;
    case "sendCompactions":
      return sendCompactions(ports);
    case "removeGarbage":
      return removeGarbage(ports, after);
  }
}

async function tidyOldLists(ports: Ports, after: string | undefined): Promise<void> {
  const next = await ports.lists.tidyOld(ports.clock.now() - ports.settings.retentionMs, after);
  if (next !== undefined) await ports.work.send({ kind: "upkeep", part: "tidyOldLists", after: next });
}
