import { isProjectRunsId } from "../../usecases/orders/projectRuns.ts";
import type { Row, Table } from "../../storage/ground/ground.ts";
import { tableNames } from "../../storage/ground/names.ts";
import { ageRow, toRecord } from "../../storage/messages/keyRows.ts";
import { addMissingRows, isTrueRow, removeStaleRow } from "../../storage/messages/mendRowsBeside.ts";
import { listedKey, openRowsKey, toMessage } from "../../storage/messages/messageRows.ts";
import { rowsBeside } from "../../storage/messages/rowsBeside.ts";
import type { KeyRecord } from "../../domain/uploadKey.ts";
import type { Doubt } from "../finding.ts";

/** The rows that older releases did not keep are asked of a job that was looked through since, or came later. */
export async function keptPrefixes(table: Table, activityId: string): Promise<readonly string[]> {
  const isLater = isProjectRunsId(activityId);
  const has = async (key: string) => isLater || (await table.find(activityId, key)) !== undefined;
  return [
    "c_",
    ...((await has(openRowsKey)) ? ["o_", "w_"] : []),
    ...((await isListed(table, activityId)) ? ["n_"] : []),
  ];
}

/** Whether all that has ended in the job is known to be in the lists of all jobs. */
export async function isListed(table: Table, activityId: string): Promise<boolean> {
  if (isProjectRunsId(activityId)) return true;
  const row = await table.find(activityId, listedKey);
  return row !== undefined && row.values["firstAt"] === undefined && row.values["after"] === undefined;
}

/** A row beside messages whose message does not stand so. */
export async function judgeIndexRow(table: Table, row: Row): Promise<readonly Doubt[]> {
  const isTrue = await isTrueRow(table, row);
  if (isTrue) return [];
  const now = () => table.find(row.partitionKey, row.rowKey);
  return [
    {
      kind: "rowOfNothing",
      place: `${tableNames.messages}/${row.partitionKey}/${row.rowKey}`,
      what: "It tells of a message that is not there, or does not stand so.",
      todo: "Lists and counts show what is not so.",
      isStill: async () => {
        const again = await now();
        return again !== undefined && !(await isTrueRow(table, again));
      },
      mend: async () => {
        const again = await now();
        return again !== undefined && removeStaleRow(table, again);
      },
    },
  ];
}

/** Rows that should stand beside a message and do not. */
export async function judgeRowsBeside(table: Table, row: Row, prefixes: readonly string[]): Promise<readonly Doubt[]> {
  const wantedOf = (of: Row) =>
    [...rowsBeside(toMessage(of).value)].filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)));
  const { partitionKey, rowKey } = row;
  const doubts: Doubt[] = [];
  for (const [key] of wantedOf(row)) {
    if (await table.find(partitionKey, key)) continue;
    const lacks = async (): Promise<Row | undefined> => {
      const again = await table.find(partitionKey, rowKey);
      const isWanted = again && wantedOf(again).some(([wanted]) => wanted === key);
      return isWanted && !(await table.find(partitionKey, key)) ? again : undefined;
    };
    doubts.push({
      kind: "rowMissing",
      place: `${tableNames.messages}/${partitionKey}/${key}`,
      what: "A message stands so that this row should be there.",
      todo: "Without it the message is found by nobody who looks for what stands so.",
      isStill: async () => (await lacks()) !== undefined,
      mend: async () => {
        const again = await lacks();
        return again !== undefined && addMissingRows(table, toMessage(again), wantedOf(again));
      },
    });
  }
  return doubts;
}

/** A key without the row that finds it by its age is kept for ever. */
export async function judgeKeyRow(table: Table, row: Row): Promise<readonly Doubt[]> {
  const { partitionKey, rowKey } = row;
  const lacks = async (of: Row | undefined) => {
    if (!of) return undefined;
    const age = ageRow(toRecord<KeyRecord>(tableNames.messages, of).value, rowKey);
    return (await table.find(partitionKey, age.rowKey)) ? undefined : age;
  };
  if (!(await lacks(row))) return [];
  const again = async () => lacks(await table.find(partitionKey, rowKey));
  return [
    {
      kind: "rowMissing",
      place: `${tableNames.messages}/${partitionKey}/${rowKey}`,
      what: "The row that finds this idempotency key by its age is not there, so that it is kept for ever.",
      todo: "It does no harm but takes room.",
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const age = await again();
        return age !== undefined && (await table.transact(partitionKey, [age])) !== undefined;
      },
    },
  ];
}
