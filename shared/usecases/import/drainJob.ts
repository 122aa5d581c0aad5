import { type InboundMessage, isClaimable, isFinalImport } from "../../domain/inboundMessage.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Beside, JobProgress, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { noProgress, unblocked } from "../attempt/jobProgress.ts";
import { findOrder } from "../orders/findOrder.ts";
import { processMessage } from "./processMessage.ts";
import { takeMessage } from "./takeMessage.ts";

/** Messages that one call takes at most, and how long it goes on; then the work is sent again. */
const messagesPerCallMax = 500;
const callMsMax = 15 * 60_000;

/**
 * Processes the waiting messages of an ordered job one after another. The message that is next and the job's head are
 * written in one transaction, over what was judged: so of two workers only one goes on, and the next message begins when
 * the head has ended, never before.
 */
export async function drainJob(ports: Ports, activityId: string): Promise<void> {
  const startedAt = ports.clock.now();
  for (let taken = 0; taken < messagesPerCallMax; taken++) {
    if (ports.clock.now() - startedAt > callMsMax) break;
    const given = await findOrder(ports, { activityId });
    const held = await takeNext(ports, given?.order, activityId);
    if (!held) return;
    // Whoever took it over goes on with the backlog as well, and what was put off is still the head.
    if (held !== "parked" && !(await processMessage(ports, given, held))) return;
  }
  await ports.work.send({ kind: "drainJob", activityId });
}

/** Takes the message that is next, or parks it; undefined when none waits, somebody has the head, or it blocks the job. */
async function takeNext(ports: Ports, order: RunOrder | undefined, activityId: string) {
  return untilWon(`The backlog of job ${activityId}`, async () => {
    const judged = await ports.messages.findProgress(activityId);
    const next = await findNext(ports, activityId, judged?.value ?? noProgress);
    if (!next || !isClaimable(next.value, ports.clock.now())) return undefined;
    return (await takeMessage(ports, order, next, asHead(judged, next.value.id))) ?? lost;
  });
}

/** A head that has begun stays the head until it ends; behind it comes whatever stands first in the backlog. */
async function findNext(
  ports: Ports,
  activityId: string,
  { head: headId, blockedBy }: JobProgress,
): Promise<Stored<InboundMessage> | undefined> {
  const head = headId === undefined ? undefined : await ports.messages.findInbound(activityId, headId);
  if (head && isFinalImport(head.value)) {
    // Only an error blocks, whatever an earlier version noted before the head ended.
    if (blockedBy === headId && isError(head.value)) return undefined;
  } else if (head && head.value.executionId !== undefined) return head;
  const [first] = await ports.messages.listWaiting(activityId, "", 1);
  return first && ports.messages.findInbound(activityId, first.messageId);
}

function isError({ state }: InboundMessage): boolean {
  return state === "PreProcessingError" || state === "PostProcessingError";
}

/** The progress is written although the head may be the same: another worker that judged this moment then looks again. */
function asHead(judged: Stored<JobProgress> | undefined, messageId: string): Beside {
  // Whatever was noted as blocking did not block, so it goes: the retention would keep its message for ever.
  return { progress: { judged, next: { ...unblocked(judged?.value ?? noProgress), head: messageId } } };
}
