import { DomainError } from "../../domain/errors.ts";
import {
  type InboundMessage,
  claim,
  finishImport,
  isClaimable,
  park,
  returnToLine,
  startProcessing,
} from "../../domain/inboundMessage.ts";
import { type Execution, importOutcome } from "../../domain/execution.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Definition, Ports } from "../../ports.ts";
import { attemptFacts } from "../attempt/attemptFacts.ts";
import { type Held, LeaseLost, holdMessage } from "../attempt/holdMessage.ts";
import { blockBehind } from "../attempt/jobProgress.ts";
import { type PreparedImport, prepareImport } from "./prepareImport.ts";
import { isRefusal } from "../sources/refusal.ts";
import { refusedExecution, runImport } from "./runImport.ts";

/** Tries of a worker for a message that carries no job any more. */
export const attemptsMaxByDefault = 3;

/**
 * Takes one message through its import, unless somebody else has it or it is done. Whatever is wrong with the file ends
 * the message; whatever is wrong with the world is thrown, so that the queue delivers the work again, until the job's
 * attempts are used up and the message is parked.
 */
export async function importMessage(ports: Ports, activityId: string, messageId: string): Promise<void> {
  const job = await ports.definitions.find("job", activityId);
  const held = await takeMessage(ports, job, activityId, messageId);
  if (!held) return;
  try {
    await processMessage(ports, job, held);
  } catch (error) {
    if (error instanceof LeaseLost) {
      ports.log.warn("import.takenOver", { activityId, messageId });
      return;
    }
    await giveBack(ports, job, held, error);
    throw error;
  }
  await ports.claims.remove(messageId);
}

async function takeMessage(
  ports: Ports,
  job: Definition<RecurringJob> | undefined,
  activityId: string,
  messageId: string,
): Promise<Held<InboundMessage> | undefined> {
  const stored = await ports.messages.findInbound(activityId, messageId);
  const now = ports.clock.now();
  if (!stored || !isClaimable(stored.value, now)) return undefined;
  if (stored.value.attempts >= (job?.value.attemptsMax ?? attemptsMaxByDefault)) {
    await parkMessage(ports, job, stored.value);
    return undefined;
  }
  const { leaseMs } = ports.settings;
  await ports.claims.put({ messageId, activityId, until: now + leaseMs });
  const claimed = await ports.messages.replace(stored, claim(stored.value, now, leaseMs, ports.ids.random()));
  return claimed && holdMessage(ports, claimed);
}

/**
 * Sets the message aside with its reason; it stays, with its bytes, until somebody retries it. One that a worker holds
 * or that has ended is left alone.
 */
export async function parkMessage(
  ports: Ports,
  job: Definition<RecurringJob> | undefined,
  message: InboundMessage,
): Promise<void> {
  const stored = await ports.messages.findInbound(message.activityId, message.id);
  if (!stored || !isClaimable(stored.value, ports.clock.now())) return;
  const reason = `Given up after ${stored.value.attempts} attempts. Last error: ${stored.value.lastError ?? "the worker ended without a word"}`;
  await blockBehind(ports, job?.value, stored.value);
  if (!(await ports.messages.replace(stored, park(stored.value, ports.clock.now(), reason)))) return;
  const { activityId, id: messageId, direction, attempts } = stored.value;
  ports.log.error("message.parked", { activityId, messageId, direction, attempts });
  await ports.claims.remove(message.id);
}

async function processMessage(
  ports: Ports,
  job: Definition<RecurringJob> | undefined,
  held: Held<InboundMessage>,
): Promise<void> {
  const prepared = await prepareOrRefuse(ports, job, held);
  if (!prepared) return;
  await held.save(startProcessing(held.message(), ports.clock.now()));
  const execution = await runImport(ports, held, prepared);
  const outcome = importOutcome(execution.entities);
  await finish(ports, job?.value, held, outcome, execution);
}

async function prepareOrRefuse(
  ports: Ports,
  job: Definition<RecurringJob> | undefined,
  held: Held<InboundMessage>,
): Promise<PreparedImport | undefined> {
  try {
    if (!job) throw new DomainError("notFound", "The recurring data job of this message was deleted.");
    return await prepareImport(ports, job, held.message());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const execution = refusedExecution(ports, held.message(), job?.value.project ?? "", error.message);
    await ports.executions.save(execution);
    await finish(ports, job?.value, held, "PreProcessingError", execution);
    return undefined;
  }
}

async function finish(
  ports: Ports,
  job: RecurringJob | undefined,
  held: Held<InboundMessage>,
  state: "Processed" | "ProcessedWithErrors" | "PostProcessingError" | "PreProcessingError",
  execution: Pick<Execution, "failure" | "entities">,
): Promise<void> {
  const message = held.message();
  if (state === "PreProcessingError" || state === "PostProcessingError") await blockBehind(ports, job, message);
  await held.save(finishImport(message, state, ports.clock.now(), execution.failure));
  ports.log.info("message.finished", {
    ...attemptFacts(ports, message),
    state,
    records: execution.entities.reduce((sum, entity) => sum + entity.rowsRead, 0),
    failedRecords: execution.entities.reduce((sum, entity) => sum + entity.failed, 0),
    sizeBytes: message.sizeBytes,
  });
}

/** Puts the message back in line at its place, so that the next attempt need not wait for the lease to run out. */
async function giveBack(
  ports: Ports,
  job: Definition<RecurringJob> | undefined,
  held: Held<InboundMessage>,
  error: unknown,
): Promise<void> {
  const message = held.message();
  const text = error instanceof Error ? error.message : String(error);
  ports.log.error("import.failed", attemptFacts(ports, message), error);
  try {
    await held.save(returnToLine(message, ports.clock.now(), text));
    if (message.attempts >= (job?.value.attemptsMax ?? attemptsMaxByDefault)) {
      await parkMessage(ports, job, held.message());
    }
  } catch (lost) {
    if (!(lost instanceof LeaseLost)) throw lost;
  }
}
