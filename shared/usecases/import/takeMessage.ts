import { type InboundMessage, claim, isClaimable, park } from "../../domain/inboundMessage.ts";
import { whyGivenUp } from "../../domain/message.ts";
import { nameList } from "../../domain/nameList.ts";
import { type RunOrder, blocksOnError } from "../../domain/runOrder.ts";
import type { Beside, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { type Held, holdMessage } from "../attempt/holdMessage.ts";
import { replaceAndBlock } from "../attempt/jobProgress.ts";
import { endExecution } from "../attempt/saveExecution.ts";
import { settleExecution } from "./settleExecution.ts";

/** Tries of a worker for a message that carries no job any more. */
const attemptsMaxByDefault = 3;

function attemptsMaxOf(order: RunOrder | undefined): number {
  return order?.attemptsMax ?? attemptsMaxByDefault;
}

/**
 * Takes a message that is claimable for this worker, or parks it when its attempts are used up. What makes it the head of
 * an ordered job moves `beside` it. Undefined when somebody else wrote first.
 */
export async function takeMessage(
  ports: Ports,
  order: RunOrder | undefined,
  stored: Stored<InboundMessage>,
  beside?: Beside,
): Promise<Held<InboundMessage> | "parked" | undefined> {
  const verdict = await parkIfGivenUp(ports, order, stored);
  if (verdict !== "goesOn") return verdict;
  const now = ports.clock.now();
  const { leaseMs } = ports.settings;
  // The claim comes first: a message that nobody knows to be taken could not be taken up when its worker dies.
  await ports.claims.put(claimOf(stored.value, now + leaseMs));
  const claimed = await ports.messages.replace(stored, claim(stored.value, now, leaseMs, ports.ids.random()), beside);
  return claimed && holdMessage(ports, claimed);
}

/**
 * Sets a message that nobody holds aside with its reason, when its attempts are used up; it stays, with its bytes, until
 * somebody retries it. What its attempts had under way is decided first: with all of its records stored, it gets one
 * more that ends it as it is. Undefined when somebody else has it, or wrote it first.
 */
export async function parkIfGivenUp(
  ports: Ports,
  order: RunOrder | undefined,
  stored: Stored<InboundMessage>,
): Promise<"parked" | "goesOn" | undefined> {
  const message = stored.value;
  if (!isClaimable(message, ports.clock.now())) return undefined;
  const why = whyGivenUp(message, attemptsMaxOf(order));
  if (why === undefined) return "goesOn";
  const { execution, stored: inEntities, isWhole } = await settleExecution(ports, message, message.fence + 1);
  if (isWhole && whyGivenUp(message, attemptsMaxOf(order), 1) === undefined) return "goesOn";
  const reason = inEntities.length === 0 ? why : `${why} (What it had for ${nameList(inEntities)} is stored.)`;
  await endExecution(ports, execution, reason);
  const parked = park(message, ports.clock.now(), reason);
  const replaced = blocksOnError(order)
    ? await replaceAndBlock(ports, stored, parked)
    : await ports.messages.replace(stored, parked);
  if (!replaced) return undefined;
  const { activityId, id: messageId, direction, attempts, run } = message;
  ports.log.error("message.parked", { activityId, messageId, direction, attempts });
  await ports.claims.remove({ messageId, run });
  return "parked";
}
