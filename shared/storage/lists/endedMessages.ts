import { type MessageEnd, messageEnd } from "../../domain/standing.ts";
import type { Clock, Message, Messages } from "../../ports.ts";
import type { Ground, Row } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { newestFirstTimeKey, requireId } from "../rows/keys.ts";
import { type AheadRows, type SettledRows, aheadList } from "./aheadRows.ts";

export const endedPartition = "ended";

export interface EndedRow {
  readonly activityId: string;
  readonly messageId: string;
  readonly end: MessageEnd;
}

export interface EndedMessages {
  before<T>(message: Message, end: MessageEnd, write: () => Promise<T>): Promise<T>;
  /** The message, if it has ended as the row says. */
  find(row: EndedRow): Promise<Message | undefined>;
  settle(row: EndedRow, which?: SettledRows): Promise<void>;
}

/** The messages of all jobs that have ended, in the order of their ends. */
export function endedMessages(ground: Ground, messages: Pick<Messages, "find">, clock: Clock): EndedMessages {
  const list = aheadList(ground.table(tableNames.lists), endedPartition, clock);
  const find: EndedMessages["find"] = async ({ activityId, messageId, end }) => {
    const found = (await messages.find(activityId, messageId))?.value;
    const is = found && messageEnd(found);
    return is && isSameEnd(is, end) ? found : undefined;
  };
  return {
    before: ({ activityId, id: messageId }, end, write) =>
      list.before(endedRows({ activityId, messageId, end }), write),
    find,
    settle: (row, which) => list.settle(endedRows(row), async () => (await find(row)) !== undefined, which),
  };
}

export function isSameEnd(one: MessageEnd | undefined, other: MessageEnd | undefined): boolean {
  return one?.at === other?.at && one?.run === other?.run && one?.hasErrors === other?.hasErrors;
}

/** What the list holds of it. */
export function endedRows({ activityId, messageId, end }: EndedRow): AheadRows {
  const { at, run, hasErrors } = end;
  // Two ends of one message may fall into one moment, as of a failed head that is discarded.
  const rest = `${newestFirstTimeKey(at)}_${requireId(messageId)}_${run}${hasErrors ? "_errors" : ""}`;
  const values = { activityId, messageId, at, run, hasErrors };
  const all = { rowKey: `${endedKey("a")}${rest}`, values };
  return hasErrors ? [all, { rowKey: `${endedKey("f")}${rest}`, values }] : [all];
}

/** The keys of all begin so, and once more those of what failed or had errors. */
export function endedKey(kind: "a" | "f"): string {
  return `${kind}_`;
}

export function toEndedRow({ values, rowKey }: Row): EndedRow {
  const { activityId, messageId, at, run, hasErrors } = values;
  if (typeof activityId !== "string" || typeof messageId !== "string" || typeof at !== "number") {
    throw new Error(`Row ${endedPartition} / ${rowKey} of table ${tableNames.lists} tells of no message.`);
  }
  return { activityId, messageId, end: { at, run: Number(run), hasErrors: hasErrors === true } };
}
