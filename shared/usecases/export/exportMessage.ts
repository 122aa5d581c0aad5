import {
  type OutboundMessage,
  claimExport,
  failExport,
  finishWithoutFile,
  isExportClaimable,
  isOffered,
  isQueued,
  offerFile,
  parkExport,
  putOffExport,
  returnExport,
  startExporting,
} from "../../domain/outboundMessage.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import { whyGivenUp } from "../../domain/message.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import type { Beside, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { Unavailable } from "../../ports/unavailable.ts";
import { attemptFacts } from "../attempt/attemptFacts.ts";
import { errorText } from "../attempt/errorText.ts";
import { putOffAttempt } from "../attempt/putOff.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { judgeHead } from "../attempt/judgeHead.ts";
import { type GivenOrder, findOrder, orderGone } from "../orders/findOrder.ts";
import { type ExportedPackage, exportPackage } from "./exportPackage.ts";
import { type Held, LeaseLost, holdMessage } from "../attempt/holdMessage.ts";
import { endExecution, takeOverExecution } from "../attempt/saveExecution.ts";
import { isRefusal } from "../sources/refusal.ts";
import { closeOccurrence } from "../recurrence/closeOccurrence.ts";
import { sendNextRun } from "../recurrence/sendNextRun.ts";

/**
 * Runs one export: entities → package → blob, then message and watermarks in one transaction, then the pointer. Until
 * that transaction nothing shows, and a run that dies before it is repeated under a new file name.
 */
export async function exportMessage(ports: Ports, activityId: string, messageId: string): Promise<void> {
  const stored = await ports.messages.findOutbound(activityId, messageId);
  if (!stored) return;
  const given = await findOrder(ports, stored.value);
  const held = await takeMessage(ports, given?.order, stored);
  if (!held) return;
  try {
    await run(ports, given, held);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (error instanceof Unavailable) {
      const next = putOffExport(held.message(), ports.clock.now(), errorText(error));
      return putOffAttempt(ports, held, next, error);
    }
    if (!isRefusal(error)) {
      ports.log.error("export.failed", attemptFacts(ports, held.message()), error);
      await noteFailure(held, error);
      throw error;
    }
    const text = error instanceof FormatError ? error.shown : error.message;
    await endExecution(ports, await takeOverExecution(ports, held.message()), text);
    if (!(await isSaved(held, failExport(held.message(), ports.clock.now(), text)))) return;
  }
  await settleExport(ports, held.message());
}

async function takeMessage(
  ports: Ports,
  order: RunOrder | undefined,
  stored: Stored<OutboundMessage>,
): Promise<Held<OutboundMessage> | undefined> {
  const { activityId, id: messageId } = stored.value;
  const now = ports.clock.now();
  if (!isExportClaimable(stored.value, now)) return undefined;
  if (whyGivenUp(stored.value, exportAttemptsMaxOf(order)) !== undefined) {
    await parkExportMessage(ports, order, stored);
    return undefined;
  }
  const { leaseMs } = ports.settings;
  await ports.claims.put(claimOf(stored.value, now + leaseMs));
  const next = claimExport(stored.value, now, leaseMs, ports.ids.random());
  let beside: Beside = {};
  if (isQueued(stored.value)) {
    // Only the head runs: one that an earlier version began beside it waits for the sweeper to point at it again.
    const place = await judgeHead(ports, activityId, messageId);
    if (place.kind === "taken") return undefined;
    if (!place.isOurs) beside = { progress: place.progress };
  }
  const claimed = await ports.messages.replace(stored, next, beside);
  return claimed && holdMessage(ports, claimed);
}

/** An export that carries no job any more ends at its first attempt. */
export function exportAttemptsMaxOf(order: RunOrder | undefined): number {
  return order?.attemptsMax ?? 1;
}

/** Sets aside an export whose attempts are used up, unless a worker holds it or somebody else writes it first. */
export async function parkExportMessage(
  ports: Ports,
  order: RunOrder | undefined,
  stored: Stored<OutboundMessage>,
): Promise<void> {
  const reason = whyGivenUp(stored.value, exportAttemptsMaxOf(order));
  if (reason === undefined || !isExportClaimable(stored.value, ports.clock.now())) return;
  await endExecution(ports, await takeOverExecution(ports, stored.value), reason);
  const parked = await ports.messages.replace(stored, parkExport(stored.value, ports.clock.now(), reason));
  if (!parked) return;
  const { activityId, id: messageId, direction, attempts } = parked.value;
  ports.log.error("message.parked", { activityId, messageId, direction, attempts });
  await settleExport(ports, parked.value);
}

async function run(ports: Ports, given: GivenOrder | undefined, held: Held<OutboundMessage>): Promise<void> {
  if (!given) throw orderGone(held.message());
  await held.save(startExporting(held.message(), ports.clock.now()));
  const exported = await exportPackage(ports, given, held);
  await held.keep();
  const now = ports.clock.now();
  await held.saveWith((stored) =>
    ports.messages.replace(stored, toEnd(stored.value, exported, now), { watermarks: exported.watermarks }),
  );
}

function toEnd(message: OutboundMessage, exported: ExportedPackage, now: number): OutboundMessage {
  const { file, totalRecords } = exported;
  return file ? offerFile(message, now, { ...file, totalRecords }) : finishWithoutFile(message, now);
}

/** The error stays with the message, and the lease ends at once, so that the next attempt may begin. */
async function noteFailure(held: Held<OutboundMessage>, error: unknown): Promise<void> {
  await isSaved(held, returnExport(held.message(), errorText(error)));
}

/** False when the message was taken over, which needs no other word. */
async function isSaved(held: Held<OutboundMessage>, next: OutboundMessage): Promise<boolean> {
  try {
    await held.save(next);
    return true;
  } catch (error) {
    if (error instanceof LeaseLost) return false;
    throw error;
  }
}

/** What follows a run's end: pointer, ledger, the next run, claim. Safe to repeat, so the sweeper makes up for what a crash left out. */
export async function settleExport(ports: Ports, message: OutboundMessage): Promise<void> {
  if (isQueued(message)) await settleDueTime(ports, message);
  await ports.claims.remove(claimOf(message, 0));
  // What is offered once more was told of when its run ended.
  if (message.redeliveries !== undefined) return;
  ports.log.info("message.exported", {
    ...attemptFacts(ports, message),
    state: message.state,
    records: message.totalRecords ?? 0,
    sizeBytes: message.sizeBytes ?? 0,
  });
}

async function settleDueTime(ports: Ports, message: OutboundMessage): Promise<void> {
  await pointToFile(ports, message);
  const { activityId, id: messageId, dueAt } = message;
  const reason = whyItFailed(message);
  await closeOccurrence(ports, activityId, dueAt, { messageId, ...(reason !== undefined && { reason }) });
  await sendNextRun(ports, activityId);
}

function whyItFailed({ state, lastError, discarded }: OutboundMessage): string | undefined {
  if (discarded) return `Discarded: ${discarded.reason}`;
  return state === "PostProcessingError" ? lastError : undefined;
}

/** Puts the pointer of a finished export on its job's queue; a doubled one is harmless, a missing one is not. */
async function pointToFile(ports: Ports, message: OutboundMessage): Promise<void> {
  // One that was handed out before has none where its queue was lost.
  if (!isOffered(message) || message.isPointerSent) return;
  await ports.outbox.send(message.activityId, message.id);
  const stored = await ports.messages.findOutbound(message.activityId, message.id);
  if (stored && !stored.value.isPointerSent)
    await ports.messages.replace(stored, { ...stored.value, isPointerSent: true });
}
