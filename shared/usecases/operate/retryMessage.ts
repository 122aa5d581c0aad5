import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, retry } from "../../domain/inboundMessage.ts";
import { type OutboundMessage, retryExport } from "../../domain/outboundMessage.ts";
import type { Ports, Stored } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { judgeHead } from "../attempt/judgeHead.ts";
import { noProgress, unblocked } from "../attempt/jobProgress.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { requireNothingNewer } from "./requireNothingNewer.ts";

export interface RetryWish {
  /** Also where newer messages may be in the same records: their values are written over. */
  readonly isForced?: boolean;
}

/**
 * Gives a parked or failed message another run from its original bytes. However often it is asked, there is one: the
 * first request moves the state, and the next finds a message that is not finished (`conflict`). `conflict` as well, with
 * the newer messages named, when the run would write an import's older values over theirs and nobody forces it.
 */
export async function retryMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  applicationId: string,
  wish: RetryWish = {},
): Promise<void> {
  const now = ports.clock.now();
  const saved = await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value, etag } = stored;
    const retried =
      value.direction === "import"
        ? await retryImport(ports, { value, etag }, wish, now)
        : await retryRun(ports, { value, etag }, now);
    return retried ?? lost;
  });
  const detail = wish.isForced ? `${activityId}, forced` : activityId;
  await ports.audit.record({ at: now, applicationId, action: "retry message", target: messageId, detail });
  await pointAt(ports, saved.value);
}

/**
 * A message that holds its job up holds it no longer: both are one write. In an ordered job that write also fails when
 * another message was begun after the look at the newer ones, since whoever begins one writes the progress.
 */
async function retryImport(ports: Ports, stored: Stored<InboundMessage>, { isForced = false }: RetryWish, now: number) {
  const { activityId, id } = stored.value;
  const next = retry(stored.value, now);
  const job = await ports.definitions.find("job", activityId);
  const judged = await ports.messages.findProgress(activityId);
  if (!isForced) await requireNothingNewer(ports, job?.value, stored.value);
  const progress = judged?.value ?? noProgress;
  const isBlocking = progress.blockedBy === id;
  if (!isBlocking && !job?.value.isOrdered) return ports.messages.replace(stored, next);
  return ports.messages.replace(stored, next, {
    progress: { judged, next: isBlocking ? unblocked(progress) : progress },
  });
}

async function retryRun(ports: Ports, stored: Stored<OutboundMessage>, now: number) {
  const { activityId, id: messageId } = stored.value;
  const next = retryExport(stored.value, now);
  const place = await judgeHead(ports, activityId, messageId);
  if (place.kind === "taken") {
    throw new DomainError("conflict", `Another run of the job goes on (message ${place.by}). Retry this one after it.`);
  }
  await ports.claims.put(claimOf(next, now));
  return ports.messages.replace(stored, next, { progress: place.progress });
}
