import { setImmediate } from "node:timers/promises";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Messages, Passing } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { RowChange, Table } from "../ground/ground.ts";
import { transactionChangesMax } from "../ground/groundRules.ts";
import { type Gates, passage } from "./gates.ts";
import { keyChanges } from "./keyRows.ts";
import { insertionChanges } from "./messageChanges.ts";
import { messageKey, placeOf, toMessage } from "./messageRows.ts";

const messagesAtOnceMax = 25;
/** One less than a transaction holds, for the gate. */
const changesMax = transactionChangesMax - 1;

/** A message on its way into its job's backlog, and who waits for its answer. */
interface Arrival {
  readonly message: InboundMessage;
  readonly passing: Passing;
  readonly rowKeys: readonly string[];
  readonly answer: (placed: InboundMessage | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The commit point of an enqueue. What one process is asked for while a commit of the same job goes on is gathered, and
 * goes as one transaction: they would only race each other for the gate. Each has its own answer.
 */
export function inboundBacklog(table: Table, gates: Gates): Pick<Messages, "insertInbound" | "settleInbound"> {
  const waitingByJob = new Map<string, Arrival[]>();

  const commitAll = async (activityId: string, waiting: Arrival[]): Promise<void> => {
    while (waiting.length > 0) {
      // Whose payload was stored in the same turn comes along.
      await setImmediate();
      await commit(table, gates, activityId, takeSome(waiting));
    }
    waitingByJob.delete(activityId);
  };

  return {
    async settleInbound(activityId, messageId) {
      await gates.touch(activityId);
      return (await findStanding(table, activityId, messageId)) !== undefined;
    },
    insertInbound(message, passing) {
      const { activityId } = message;
      return new Promise((answer, fail) => {
        // Whatever no table takes shows here, at the one whose it is.
        const rowKeys = changesOf({ message: { ...message, order: message.id }, passing }).map(({ rowKey }) => rowKey);
        const waiting = waitingByJob.get(activityId) ?? [];
        waiting.push({ message, passing, rowKeys, answer, fail });
        if (waitingByJob.has(activityId)) return;
        waitingByJob.set(activityId, waiting);
        void commitAll(activityId, waiting);
      });
    },
  };
}

/** Answers each of the arrivals, whatever happens. */
async function commit(table: Table, gates: Gates, activityId: string, arrivals: readonly Arrival[]): Promise<void> {
  try {
    const refused = await commitTogether(table, gates, activityId, arrivals);
    const [only, ...others] = refused;
    if (only && others.length === 0) only.answer(await findStanding(table, activityId, only.message.id));
    // Which of them it was does not show, and the others are not to suffer by it.
    else for (const one of refused) await commit(table, gates, activityId, [one]);
  } catch (error) {
    for (const { fail } of arrivals) fail(error);
  }
}

/** Answers those that go in, and those whose gate has moved; gives back the others when something else was in the way. */
async function commitTogether(
  table: Table,
  gates: Gates,
  activityId: string,
  arrivals: readonly Arrival[],
): Promise<readonly Arrival[]> {
  return untilWon(`The backlog of job ${activityId}`, async () => {
    const known = await gates.current(activityId);
    const isAdmitted = ({ passing }: Arrival): boolean => passing.gate.stamp === known.gate.stamp;
    for (const arrival of arrivals) if (!isAdmitted(arrival)) arrival.answer(undefined);
    const admitted = arrivals.filter(isAdmitted);
    if (admitted.length === 0) return [];
    const placed = admitted.map((arrival, index) => placedAt(arrival, known.count + index + 1));
    const { change, behind } = passage(known, known.count + placed.length);
    const etags = await table.transact(activityId, [...placed.flatMap(changesOf), change]);
    if (!etags) return (await gates.isStill(activityId, known)) ? admitted : lost;
    gates.passed(activityId, behind, etags);
    for (const { answer, message } of placed) answer(message);
    return [];
  });
}

function placedAt(arrival: Arrival, count: number): Arrival {
  return { ...arrival, message: { ...arrival.message, order: placeOf(count) } };
}

function changesOf({ message, passing }: Pick<Arrival, "message" | "passing">): readonly RowChange[] {
  return [...insertionChanges(message), ...passing.keys.flatMap(keyChanges)];
}

/** The first of those that wait, as many as fit. A transaction changes each row once: a doubled key comes in the next. */
function takeSome(waiting: Arrival[]): readonly Arrival[] {
  const rows = new Set<string>();
  const place = waiting.slice(0, messagesAtOnceMax).findIndex(({ rowKeys }) => {
    const isDoubled = rowKeys.some((rowKey) => rows.has(rowKey));
    for (const rowKey of rowKeys) rows.add(rowKey);
    return isDoubled || rows.size > changesMax;
  });
  return waiting.splice(0, place < 0 ? messagesAtOnceMax : Math.max(1, place));
}

/** A message whose id is there already is answered as it stands: a repeat after a lost answer is not accepted twice. */
async function findStanding(table: Table, activityId: string, messageId: string): Promise<InboundMessage | undefined> {
  const row = await table.find(activityId, messageKey(messageId));
  const standing = row && toMessage(row).value;
  return standing?.direction === "import" ? standing : undefined;
}
