import { isClaimable } from "../../domain/inboundMessage.ts";
import type { WorkFacts } from "../../domain/message.ts";
import { isExportClaimable } from "../../domain/outboundMessage.ts";
import type { Ports } from "../../ports.ts";
import type { Work } from "../../ports/workQueue.ts";
import { parkExportMessage } from "../export/exportMessage.ts";
import { attemptsMaxOf, parkMessage } from "../import/takeMessage.ts";
import { closeOccurrence } from "../recurrence/closeOccurrence.ts";
import { sendNextRun } from "../recurrence/sendNextRun.ts";

/**
 * Ends work that the host gave up after repeated failures. A message whose attempts are not used up gets the next one;
 * any other is parked with its bytes and its last error, and a due time shows why it ended. Nothing is dropped.
 */
export async function abandonWork(ports: Ports, work: Work): Promise<void> {
  ports.log.error("work.abandoned", { ...work });
  switch (work.kind) {
    case "importMessage":
      return abandonImport(ports, work);
    case "exportMessage":
      return abandonExport(ports, work);
    case "runJob": {
      const reason = "The run failed too often; the log says why.";
      await closeOccurrence(ports, work.activityId, work.dueAt, { reason });
      return sendNextRun(ports, work.activityId);
    }
    case "drainJob":
      // The job's next run takes the line up again.
      return;
    case "upkeep":
    case "compactEntity":
    case "removeGarbage":
      // A later pass sends it again, and finds what this one left.
      ports.log.error("upkeep.failed", { part: work.kind === "upkeep" ? work.part : work.kind });
  }
}

type MessageWork = Extract<Work, { readonly messageId: string }>;

async function abandonImport(ports: Ports, work: MessageWork): Promise<void> {
  const job = await ports.definitions.find("job", work.activityId);
  // What failed was the head of the line, which the job's next run takes up again.
  if (job?.value.isOrdered) return;
  const stored = await ports.messages.findInbound(work.activityId, work.messageId);
  if (!stored || !isClaimable(stored.value, ports.clock.now())) return;
  if (hasAttemptsLeft(stored.value, attemptsMaxOf(job))) await ports.work.send(work);
  else await parkMessage(ports, job, stored);
}

async function abandonExport(ports: Ports, work: MessageWork): Promise<void> {
  const job = await ports.definitions.find("job", work.activityId);
  const stored = await ports.messages.findOutbound(work.activityId, work.messageId);
  if (!stored || !isExportClaimable(stored.value, ports.clock.now())) return;
  if (hasAttemptsLeft(stored.value, job?.value.attemptsMax ?? 1)) await ports.work.send(work);
  else await parkExportMessage(ports, stored.value);
}

/** Work that never got as far as an attempt would come back for ever; it is for people to look at. */
function hasAttemptsLeft(message: WorkFacts, attemptsMax: number): boolean {
  return message.attempts > 0 && message.attempts < attemptsMax;
}
