import { isFinalImport } from "../../domain/inboundMessage.ts";
import { isLeased, isPaused } from "../../domain/message.ts";
import { eachAlone } from "../../ports/eachAlone.ts";
import type { UpkeepItem } from "../../ports/events.ts";
import type { Claim, Message, Ports } from "../../ports.ts";
import { passAnew } from "../definitions/jobGate.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { settleExport } from "../export/exportMessage.ts";

const pageClaims = 200;
const pagesMax = 100;

/**
 * Looks through everything that some worker took and did not end. Work whose lease ran out is pointed at again, a
 * finished export whose pointer or end in the ledger is missing gets it, and claims of messages that have ended are removed.
 */
export async function sweepClaims(ports: Ports): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.claims.list({ limit: pageClaims, ...(continuation && { continuation }) });
    const left = found.items.filter((claim) => claim.until <= ports.clock.now());
    await eachAlone(ports, "sweepClaims", left, toFacts, (claim) => sweepClaim(ports, claim));
    continuation = found.continuation;
    if (!continuation) return;
  }
}

function toFacts({ activityId, messageId }: Claim): UpkeepItem {
  return { activityId, messageId };
}

/** What became of what a worker took: points at what was left, and lets go of what has ended. */
export async function sweepClaim(ports: Ports, claim: Claim): Promise<void> {
  const message = (await ports.messages.find(claim.activityId, claim.messageId))?.value;
  const isFor = message !== undefined && !isLater(claim, message);
  if (isFor ? isEarlier(claim, message) : await isGivenUp(ports, claim)) return ports.claims.remove(claim);
  if (!isFor) return;
  const now = ports.clock.now();
  const { leaseMs } = ports.settings;
  const { lease, pause } = message;
  if (lease && isLeased(message, now)) return ports.claims.put({ ...claim, until: lease.until });
  // A pointer comes when the pause is over.
  if (pause && isPaused(message, now)) return ports.claims.put({ ...claim, until: pause.until + leaseMs });
  if (!isInterrupted(message)) return settle(ports, claim, message);
  // The claim stays until the message has ended; the new time keeps the next sweep from sending it once more.
  await ports.claims.put({ ...claim, until: now + leaseMs });
  const { activityId, id: messageId, attempts } = message;
  ports.log.warn("work.resent", { activityId, messageId, attempts });
  await pointAt(ports, message);
}

/** Of a run that was reserved for the message, and that it never came to. */
function isLater({ run, executionId }: Claim, message: Message): boolean {
  return executionId !== undefined && run !== undefined && run > message.run;
}

/**
 * The gate moves between two looks: a request that stands still since it reserved the run brings its message no more
 * without reserving it anew.
 */
async function isGivenUp(ports: Ports, claim: Claim): Promise<boolean> {
  const { activityId, messageId, executionId } = claim;
  if (executionId === undefined) return true;
  await passAnew(ports, activityId);
  const message = (await ports.messages.find(activityId, messageId))?.value;
  if (message && !isLater(claim, message)) return false;
  await ports.executions.giveUp(executionId, messageId);
  return true;
}

/** A run before the message's present one has ended for good, and so has a redelivery that another one followed. */
function isEarlier({ run, redelivery }: Claim, message: Message): boolean {
  if (run !== undefined && run < message.run) return true;
  if (redelivery === undefined || message.direction === "import") return false;
  return redelivery < (message.redeliveries ?? 0);
}

async function settle(ports: Ports, claim: Claim, message: Message): Promise<void> {
  if (message.direction === "export") await settleExport(ports, message);
  await ports.claims.remove(claim);
}

/** Whether somebody has to go on with it. */
export function isInterrupted(message: Message): boolean {
  if (message.direction === "export") return message.state === "PreProcessing" || message.state === "Processing";
  return !isFinalImport(message);
}
