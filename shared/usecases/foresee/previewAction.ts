import {
  type MessageAction,
  type RowsOfRun,
  discardEffect,
  redeliveryEffect,
  releaseEffect,
  requireUnchanged,
  retryEffect,
  rowsOfRetry,
} from "../../domain/messageAction.ts";
import { countLines } from "../../domain/mendedRows.ts";
import { discardExport } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import { findOrder } from "../orders/findOrder.ts";
import { findOpenGate } from "../definitions/jobGate.ts";
import { judgeDiscard } from "../operate/discardMessage.ts";
import { nextExport, nextImport } from "../operate/nextRun.ts";
import { judgeRedelivery } from "../operate/redeliverMessage.ts";
import { judgeRelease } from "../operate/releaseMessage.ts";
import { foreseeSettled } from "../import/foreseeSettled.ts";

/** What an action would make of a message. */
export interface Foreseen {
  readonly next: Message;
  /** Of a run that would begin. */
  readonly rows?: RowsOfRun;
  /** Of rejected rows: how many. */
  readonly rowCount?: number;
  /** For people. */
  readonly effect: string;
}

/**
 * What an action would come to for a message as all stands now; throws what the action would throw. Nothing is written:
 * the action judges again by the same rules, and has the last word.
 */
export async function previewAction(ports: Ports, message: Message, action: MessageAction): Promise<Foreseen> {
  const now = ports.clock.now();
  if (action.kind === "discard" && message.discarded) return { next: message, effect: discardEffect(message) };
  if (action.kind === "retry" || action.kind === "redeliver") await findOpenGate(ports, message);
  requireUnchanged(message, action);
  switch (action.kind) {
    case "retry": {
      const next = await nextOf(ports, message, action, now);
      const rows = rowsOfRetry(message, next);
      const counted = rows === "rejected" ? { rowCount: await countRejected(ports, next) } : {};
      return { next, rows, ...counted, effect: retryEffect(message, next) };
    }
    case "release":
      return { next: (await judgeRelease(ports, message, now)).parked, effect: releaseEffect };
    case "redeliver": {
      const { next } = await judgeRedelivery(ports, message, now);
      return { next, effect: redeliveryEffect };
    }
    case "discard":
      return { next: await discardedOf(ports, message, action.reason, now), effect: discardEffect(message) };
  }
}

async function nextOf(
  ports: Ports,
  message: Message,
  wish: MessageAction & { readonly kind: "retry" },
  now: number,
): Promise<Message> {
  if (message.direction === "export") return (await nextExport(ports, message, wish, now)).next;
  const given = await findOrder(ports, message);
  return nextImport(ports, given?.order, message, { wish, settle: foreseeSettled }, now);
}

async function discardedOf(ports: Ports, message: Message, reason: string, now: number): Promise<Message> {
  const discarding = { at: now, applicationId: "", reason };
  if (message.direction === "export") return discardExport(message, discarding);
  return (await judgeDiscard(ports, message, discarding, foreseeSettled)).next;
}

/** Those that its last run rejected, without those that somebody has decided about. */
async function countRejected(ports: Ports, next: Message): Promise<number> {
  if (next.direction === "export" || next.rejectedRowsOf === undefined) return 0;
  const { rejectedRowsOf: executionId, mendedBy = [] } = next;
  const execution = await ports.executions.find(executionId);
  const rejected = (execution?.entities ?? []).reduce((sum, { failed }) => sum + failed, 0);
  const decided = mendedBy.filter((mend) => mend.executionId === executionId);
  return decided.reduce((left, { lines, leftOut }) => left - countLines(lines) - countLines(leftOut), rejected);
}
