import {
  type InboundMessage,
  finishImport,
  putOff,
  returnToBacklog,
  startProcessing,
} from "../../domain/inboundMessage.ts";
import { type Execution, importOutcome, withFailures } from "../../domain/execution.ts";
import { isFirstAttempt } from "../../domain/message.ts";
import { blocksOnError } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import { Unavailable } from "../../ports/unavailable.ts";
import { attemptFacts } from "../attempt/attemptFacts.ts";
import { beginExecution, newExecution } from "../attempt/beginExecution.ts";
import { errorText } from "../attempt/errorText.ts";
import { type Held, keepWhile, LeaseLost } from "../attempt/holdMessage.ts";
import { replaceAndBlock } from "../attempt/jobProgress.ts";
import { putOffAttempt } from "../attempt/putOff.ts";
import { saveExecution } from "../attempt/saveExecution.ts";
import { type GivenOrder, orderGone } from "../orders/findOrder.ts";
import { failuresIn, isRefusal } from "../sources/refusal.ts";
import { newestForImport, prepareImport } from "./prepareImport.ts";
import type { PreparedImport } from "./importProgress.ts";
import { runImport } from "./runImport.ts";
import { proveBytes } from "./proveBytes.ts";
import { settleExecution } from "./settleExecution.ts";
import { parkIfGivenUp } from "./takeMessage.ts";

/**
 * Takes a message that this worker holds through its import. Whatever is wrong with the file ends the message. What the
 * ground failed is put off. Any other failure is thrown, so that the queue delivers the work again, until its order's
 * attempts are used up and the message is parked. False when the message has not ended: put off, or taken over.
 */
export async function processMessage(
  ports: Ports,
  given: GivenOrder | undefined,
  held: Held<InboundMessage>,
): Promise<boolean> {
  const { id: messageId, activityId, run } = held.message();
  try {
    await runAttempt(ports, given, held);
  } catch (error) {
    if (error instanceof LeaseLost) {
      ports.log.warn("import.takenOver", { activityId, messageId });
      return false;
    }
    if (error instanceof Unavailable) {
      const next = putOff(held.message(), ports.clock.now(), errorText(error));
      await putOffAttempt(ports, held, next, error);
      return false;
    }
    await giveBack(ports, given, held, error);
    throw error;
  }
  await ports.claims.remove({ messageId, run });
  return true;
}

async function runAttempt(ports: Ports, given: GivenOrder | undefined, held: Held<InboundMessage>): Promise<void> {
  const prepared = await prepareOrRefuse(ports, given, held);
  if (!prepared) return;
  await held.save(startProcessing(held.message(), ports.clock.now()));
  const execution = await runImport(ports, held, prepared);
  await finish(ports, given, held, importOutcome(execution.entities), execution);
}

async function prepareOrRefuse(
  ports: Ports,
  given: GivenOrder | undefined,
  held: Held<InboundMessage>,
): Promise<PreparedImport | undefined> {
  const message = held.message();
  let execution = newExecution(ports, message, given?.order.project ?? "");
  try {
    if (!given) throw orderGone(message);
    // The attempts before this one may still go on somewhere, and must not store anything behind its back.
    if (!isFirstAttempt(message)) await settleExecution(ports, message, message.fence);
    const begun = await beginExecution(ports, message, () => newestForImport(ports, given, message));
    execution = begun.execution;
    await proveBytes(ports, held);
    const prepare = () => prepareImport(ports, begun.definitions, message, held.pace);
    return { execution, lines: await keepWhile(ports, held, prepare) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // An execution that ended before its first record shows what was wrong, under the id that the message names.
    const ended = { ...execution, finishedAt: ports.clock.now() };
    const refused = withFailures(ended, error.message, failuresIn(error));
    await saveExecution(ports, refused);
    await finish(ports, given, held, "PreProcessingError", refused);
    return undefined;
  }
}

async function finish(
  ports: Ports,
  given: GivenOrder | undefined,
  held: Held<InboundMessage>,
  state: "Processed" | "ProcessedWithErrors" | "PostProcessingError" | "PreProcessingError",
  execution: Pick<Execution, "failure" | "entities">,
): Promise<void> {
  const message = held.message();
  const ended = finishImport(message, state, ports.clock.now(), execution.failure);
  const isError = state === "PreProcessingError" || state === "PostProcessingError";
  if (isError && blocksOnError(given?.order)) await held.saveWith((stored) => replaceAndBlock(ports, stored, ended));
  else await held.save(ended);
  ports.log.info("message.finished", {
    ...attemptFacts(ports, message),
    state,
    records: execution.entities.reduce((sum, entity) => sum + entity.rowsRead, 0),
    failedRecords: execution.entities.reduce((sum, entity) => sum + entity.failed, 0),
    sizeBytes: message.sizeBytes,
  });
}

/**
 * Puts the message back into the backlog at its place, so that the next attempt need not wait for the lease to run out.
 */
async function giveBack(
  ports: Ports,
  given: GivenOrder | undefined,
  held: Held<InboundMessage>,
  error: unknown,
): Promise<void> {
  const message = held.message();
  ports.log.error("import.failed", attemptFacts(ports, message), error);
  try {
    await held.save(returnToBacklog(message, ports.clock.now(), errorText(error)));
  } catch (lost) {
    if (lost instanceof LeaseLost) return;
    throw lost;
  }
  await parkIfGivenUp(ports, given?.order, held.stored());
}
