import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Messages } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { Table } from "../ground/ground.ts";
import { nextPlace } from "./messageOrder.ts";
import { messageKey, messageValues, orderKey, toMessage } from "./messageRows.ts";
import { rowChanges } from "./rowsBeside.ts";
import { takingTurns } from "../ground/takingTurns.ts";

/**
 * The commit point of an enqueue. A message whose id is there already is answered as it stands, so that a repeat after
 * a lost answer does not accept it twice.
 */
export function inboundLine(table: Table): Pick<Messages, "insertInbound"> {
  const inTurn = takingTurns();
  return {
    // In turn, because the requests of one process would only race each other for the counter.
    insertInbound: (message, line) =>
      line === "unordered"
        ? insertUnordered(table, message)
        : inTurn(message.activityId, () => insertOrdered(table, message)),
  };
}

async function insertUnordered(table: Table, message: InboundMessage): Promise<InboundMessage> {
  const placed = { ...message, order: message.id };
  const isDone = await table.transact(message.activityId, insertion(placed));
  const found = isDone ? placed : await findStanding(table, message);
  if (found) return found;
  throw new Error(`Message ${message.id} could not be inserted, although its id is free.`);
}

async function insertOrdered(table: Table, message: InboundMessage): Promise<InboundMessage> {
  const { activityId } = message;
  return untilWon(`The line of job ${activityId}`, async () => {
    const counter = await table.find(activityId, orderKey);
    const { order, change } = nextPlace(counter, message.id);
    const placed = { ...message, order };
    if (await table.transact(activityId, [change, ...insertion(placed)])) return placed;
    return (await findStanding(table, message)) ?? lost;
  });
}

function insertion(message: InboundMessage) {
  const rowKey = messageKey(message.id);
  return [{ kind: "insert", rowKey, values: messageValues(message) } as const, ...rowChanges(undefined, message)];
}

async function findStanding(table: Table, message: InboundMessage): Promise<InboundMessage | undefined> {
  const row = await table.find(message.activityId, messageKey(message.id));
  const standing = row && toMessage(row).value;
  return standing?.direction === "import" ? standing : undefined;
}
