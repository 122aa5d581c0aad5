import type { Occurrence } from "../../domain/occurrence.ts";
import type { Occurrences } from "../../ports.ts";
import type { Ground, Row, Table } from "../ground/ground.ts";
import { behind, newestFirstTimeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { type KeyRange, pageOfRows } from "../rows/rowPages.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

const allKeys: KeyRange = { from: "0", below: ":" };
const scanRows = 200;
const scanPagesMax = 50;

/** The ledger: one partition per job, the newest due time first. */
export function occurrencesStore(ground: Ground): Occurrences {
  const table = ground.table(tableNames.occurrences);
  return {
    async insert(occurrence) {
      const { activityId, dueAt } = occurrence;
      return (await table.insert(activityId, newestFirstTimeKey(dueAt), toColumns(occurrence))) !== undefined;
    },
    async find(activityId, dueAt) {
      const row = await table.find(activityId, newestFirstTimeKey(dueAt));
      return row && { value: toOccurrence(row), etag: row.etag };
    },
    async replace(stored, next) {
      const { activityId, dueAt } = stored.value;
      return (await table.replace(activityId, newestFirstTimeKey(dueAt), toColumns(next), stored.etag)) !== undefined;
    },
    list: (activityId, page) => pageOfRows(table, activityId, allKeys, page, toOccurrence),
    async removeBefore(activityId, before, limit) {
      const rows = await finalRowsBefore(table, activityId, before, limit);
      const removals = rows.map(({ rowKey, etag }) => [{ kind: "remove", rowKey, etag } as const]);
      return removeRowGroups(table, activityId, removals);
    },
  };
}

function toOccurrence(row: Row): Occurrence {
  return fromColumns<Occurrence>(tableNames.occurrences, row, ["activityId", "dueAt", "lastDueAt", "state"]);
}

/** Looks past rows that are not final, however many there are. A row of several due times is as old as its last one. */
async function finalRowsBefore(table: Table, activityId: string, before: number, limit: number): Promise<Row[]> {
  const range: KeyRange = { ...allKeys, from: behind(newestFirstTimeKey(before)) };
  const found: Row[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < scanPagesMax && found.length < limit; pages++) {
    const rest = continuation === undefined ? {} : { continuation };
    const page = await pageOfRows(table, activityId, range, { limit: scanRows, ...rest }, (row) => row);
    found.push(...page.items.filter((row) => isFinalBefore(toOccurrence(row), before)));
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  return found.slice(0, limit);
}

function isFinalBefore(occurrence: Occurrence, before: number): boolean {
  const isFinal = occurrence.state !== "due" && occurrence.state !== "started";
  return isFinal && occurrence.lastDueAt < before;
}
