import { DomainError } from "../../domain/errors.ts";
import { isFinalExport, visibleState } from "../../domain/outboundMessage.ts";
import { isFinalImport } from "../../domain/inboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Message, Ports } from "../../ports.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import { removeSchedules } from "../recurrence/jobSchedule.ts";
import { pruneJob } from "../retention/pruneJob.ts";
import { removeMessage } from "../retention/removeMessage.ts";
import { findRemoved, remove } from "./removeDefinition.ts";
import type { IfMatch } from "./saveDefinition.ts";

const pageMessages = 500;
const pagesMax = 40;

/**
 * Removes a disabled job with its schedules, its ledger and its outbox. Refused while a message waits, is in process or waits
 * for a client. What has ended keeps its files until the retention ends, but parked messages go at once, because the
 * retention would keep them for ever and nobody could find them.
 */
export async function removeJob(
  ports: Ports,
  activityId: string,
  ifMatch: IfMatch,
  applicationId: string,
): Promise<void> {
  await changeDefinitions(ports, async () => {
    const job = await findRemoved(ports, "job", activityId, ifMatch);
    requireDisabled(job.value);
    const parked = await requireAllEnded(ports, activityId);
    await removeSchedules(ports, activityId);
    await ports.definitions.releaseJobName(job.value.name, activityId);
    if (job.value.direction === "export") await ports.outbox.drop(activityId);
    for (const message of parked) await removeParked(ports, message);
    await pruneJob(ports, activityId, ports.clock.now() + 1);
    await ports.messages.forgetJob(activityId);
    await remove(ports, "job", activityId, job.etag, applicationId);
  });
}

/** Disabling is what keeps new messages and runs away while the old ones are looked at. */
function requireDisabled(job: RecurringJob): void {
  if (!job.isEnabled) return;
  const message = "The job is enabled and cannot be deleted. Save it with isEnabled false first, and delete it then.";
  throw new DomainError("conflict", message);
}

/** Throws `conflict` with the counts unless every message has ended; answers the parked ones. */
async function requireAllEnded(ports: Ports, activityId: string): Promise<readonly Message[]> {
  const counts = { waiting: 0, inProcess: 0, waitingForClient: 0 };
  const parked: Message[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await ports.messages.list(activityId, { limit: pageMessages, ...(continuation && { continuation }) });
    for (const message of page.items) {
      const place = placeOf(message, ports.clock.now());
      if (place === "ended") parked.push(...(message.parked ? [message] : []));
      else counts[place] += 1;
    }
    continuation = page.continuation;
    if (!continuation) break;
  }
  const { waiting, inProcess, waitingForClient } = counts;
  if (!continuation && waiting + inProcess + waitingForClient === 0) return parked;
  const found = `${waiting} messages wait, ${inProcess} are in process, ${waitingForClient} wait for a client`;
  const rest = continuation ? `, and there are more than ${pageMessages * pagesMax} messages` : "";
  throw new DomainError("conflict", `The job cannot be deleted: ${found}${rest}. Let them end first.`);
}

function placeOf(message: Message, now: number): "ended" | "waiting" | "inProcess" | "waitingForClient" {
  if (message.direction === "import") {
    if (isFinalImport(message)) return "ended";
    return message.state === "Enqueued" ? "waiting" : "inProcess";
  }
  if (isFinalExport(message)) return "ended";
  const state = visibleState(message, now);
  return state === "PreProcessing" || state === "Processing" ? "inProcess" : "waitingForClient";
}

/** One that somebody retried in this moment is none of them any more. */
async function removeParked(ports: Ports, { activityId, id }: Message): Promise<void> {
  const stored = await ports.messages.find(activityId, id);
  if (stored?.value.parked) await removeMessage(ports, stored);
}
