import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, resume, retry, retryRejected, retryStaged } from "../../domain/inboundMessage.ts";
import type { RetryWish } from "../../domain/messageAction.ts";
import { type OutboundMessage, isQueued, retryExport } from "../../domain/outboundMessage.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Beside, Ports } from "../../ports.ts";
import { judgeHead } from "../attempt/judgeHead.ts";
import type { SettledExecution } from "../import/settleExecution.ts";
import { laterExecutionId } from "../orders/requestedId.ts";
import { livingMends } from "../watch/livingMends.ts";
import { findStagedRows } from "./findStagedRows.ts";
import { requireNothingNewer } from "./requireNothingNewer.ts";
import { requireRejectedAlone } from "./requireRejectedAlone.ts";

/** Answers what the attempts of a message have stored: whoever acts settles that for good, whoever looks foresees it. */
export type Settle = (ports: Ports, message: InboundMessage) => Promise<SettledExecution>;

/** What somebody wants, and how it is judged what the attempts before have stored. */
interface JudgedWish {
  readonly wish: RetryWish;
  readonly settle: Settle;
}

/** What a retry makes of an import; throws where it may not. Nothing is written but by `settle`. */
export async function nextImport(
  ports: Ports,
  order: RunOrder | undefined,
  message: InboundMessage,
  { wish, settle }: JudgedWish,
  now: number,
): Promise<InboundMessage> {
  if (wish.rows === "rejected") {
    const next = retryRejected(message, now, await livingMends(ports, message));
    await requireRejectedAlone(ports, message);
    return next;
  }
  if (wish.rows === "staged") return nextStaged(ports, order, message, { wish, settle }, now);
  const next = retry(message, now);
  if (message.parked && (await settle(ports, message)).isWhole) return resume(message, now);
  if (!wish.isForced) await requireNothingNewer(ports, order, message);
  return next;
}

/** What is in staging may be older than what a later message brought; to validate it does no harm. */
async function nextStaged(
  ports: Ports,
  order: RunOrder | undefined,
  message: InboundMessage,
  { wish, settle }: JudgedWish,
  now: number,
): Promise<InboundMessage> {
  const execute = wish.execute ?? true;
  const next = retryStaged(message, now, await findStagedRows(ports, message, execute));
  if (message.parked) await settle(ports, message);
  if (execute && !wish.isForced) await requireNothingNewer(ports, order, message);
  return next;
}

/** What a retry makes of an export, and of its job; throws where it may not. Nothing is written. */
export async function nextExport(
  ports: Ports,
  message: OutboundMessage,
  { rows }: RetryWish,
  now: number,
): Promise<{ readonly next: OutboundMessage; readonly progress?: NonNullable<Beside["progress"]> }> {
  if (rows === "rejected" || rows === "staged") {
    throw new DomainError("invalid", `Only the run of an import has ${rows} rows.`);
  }
  const next = retryExport(message, now);
  const { requestedId } = message.ownOrder ?? {};
  // Whoever asked for a repeat and died may have reserved it.
  if (requestedId !== undefined) return { next: { ...next, executionId: laterExecutionId(requestedId, next.run) } };
  if (!isQueued(message)) return { next };
  const place = await judgeHead(ports, message.activityId, message.id);
  if (place.kind === "taken") throw anotherRun(place.by);
  return { next, progress: place.progress };
}

/** Why an export waits with its retry: its job has one run under way. */
export function anotherRun(messageId: string): DomainError {
  return new DomainError("conflict", `Another run of the job goes on (message ${messageId}). Retry this one after it.`);
}
