import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, resume, retry, retryRejected, retryStaged } from "../../domain/inboundMessage.ts";
import { type OutboundMessage, retryExport } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { judgeHead } from "../attempt/judgeHead.ts";
import { findOpenGate } from "../definitions/jobGate.ts";
import { noProgress, unblocked } from "../attempt/jobProgress.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { settleExecution } from "../import/settleExecution.ts";
import { livingMends } from "../watch/livingMends.ts";
import { findStagedRows } from "./findStagedRows.ts";
import { requireRejectedAlone } from "./requireRejectedAlone.ts";
import { requireNothingNewer } from "./requireNothingNewer.ts";

export interface RetryWish {
  /** Also where newer messages may be in the same records: their values are written over. */
  readonly isForced?: boolean;
  /**
   * `rejected`: those alone that its last execution rejected. `staged`: those that wait in staging, or have an error
   * there. All by default.
   */
  readonly rows?: "all" | "rejected" | "staged";
  /** With staged rows: false to validate them alone. */
  readonly execute?: boolean;
}

/** With the gate behind which the job is there to run the message. */
interface AllowedWish extends RetryWish {
  readonly gate: Gate;
}

/**
 * Gives a parked or failed message another execution from its original bytes. However often it is asked, there is one:
 * the first request moves the state, and the next finds a message that is not finished (`conflict`). `conflict` as
 * well, with the newer messages named, when the execution would write an import's older values over theirs and nobody
 * forces it; its rejected rows alone may always run again. An execution that was given up with all of its records
 * stored is ended as it is.
 */
export async function retryMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  wish: RetryWish = {},
): Promise<void> {
  const now = ports.clock.now();
  const saved = await untilWon(`Message ${messageId}`, async () => {
    const gate = await findOpenGate(ports, activityId);
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value, etag } = stored;
    const retried =
      value.direction === "import"
        ? await retryImport(ports, { value, etag }, { ...wish, gate }, now)
        : await retryExported(ports, { value, etag }, { ...wish, gate }, now);
    return retried ?? lost;
  });
  const rows = wish.rows === undefined || wish.rows === "all" ? false : `${wish.rows} rows`;
  const detail = [rows, wish.execute === false && "validated alone", wish.isForced && "forced"];
  await ports.audit.record({
    at: now,
    ...by,
    action: "retry",
    kind: "message",
    target: messageId,
    activityId,
    detail: detail.filter(Boolean).join(", "),
  });
  await pointAt(ports, saved.value);
}

/**
 * A message that holds its job up holds it no longer: both are one write. In an ordered job that write also fails when
 * another message was begun after the look at the newer ones, since whoever begins one writes the progress.
 */
async function retryImport(ports: Ports, stored: Stored<InboundMessage>, wish: AllowedWish, now: number) {
  const { activityId, id } = stored.value;
  const job = await ports.definitions.find("job", activityId);
  const judged = await ports.messages.findProgress(activityId);
  const next = await nextOf(ports, job?.value, stored.value, wish, now);
  const progress = judged?.value ?? noProgress;
  const isBlocking = progress.blockedBy === id;
  if (!isBlocking && !job?.value.isOrdered) return ports.messages.replace(stored, next, { gate: wish.gate });
  return ports.messages.replace(stored, next, {
    gate: wish.gate,
    progress: { judged, next: isBlocking ? unblocked(progress) : progress },
  });
}

/** What the message becomes; throws where it may not. */
async function nextOf(
  ports: Ports,
  job: RecurringJob | undefined,
  message: InboundMessage,
  wish: RetryWish,
  now: number,
): Promise<InboundMessage> {
  if (wish.rows === "rejected") {
    const next = retryRejected(message, now, await livingMends(ports, message));
    await requireRejectedAlone(ports, message);
    return next;
  }
  if (wish.rows === "staged") return stagedOf(ports, job, message, wish, now);
  const next = retry(message, now);
  if (message.parked && (await settleExecution(ports, message, message.fence + 1)).isWhole) return resume(message, now);
  if (!wish.isForced) await requireNothingNewer(ports, job, message);
  return next;
}

/** What is in staging may be older than what a later message brought; to validate it does no harm. */
async function stagedOf(
  ports: Ports,
  job: RecurringJob | undefined,
  message: InboundMessage,
  wish: RetryWish,
  now: number,
): Promise<InboundMessage> {
  const execute = wish.execute ?? true;
  const next = retryStaged(message, now, await findStagedRows(ports, message, execute));
  if (message.parked) await settleExecution(ports, message, message.fence + 1);
  if (execute && !wish.isForced) await requireNothingNewer(ports, job, message);
  return next;
}

async function retryExported(ports: Ports, stored: Stored<OutboundMessage>, { rows, gate }: AllowedWish, now: number) {
  if (rows === "rejected" || rows === "staged") {
    throw new DomainError("invalid", `Only the run of an import has ${rows} rows.`);
  }
  const { activityId, id: messageId } = stored.value;
  const next = retryExport(stored.value, now);
  const place = await judgeHead(ports, activityId, messageId);
  if (place.kind === "taken") {
    throw new DomainError("conflict", `Another run of the job goes on (message ${place.by}). Retry this one after it.`);
  }
  await ports.claims.put(claimOf(next, now));
  return ports.messages.replace(stored, next, { gate, progress: place.progress });
}
