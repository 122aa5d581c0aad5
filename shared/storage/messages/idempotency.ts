import type { KeyRecord } from "../../domain/uploadKey.ts";
import type { EarlierKeyRecord, Idempotency } from "../../ports/idempotency.ts";
import type { Ground, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows } from "../rows/rowPages.ts";
import { agedRemoval, agesBefore, keyChanges, keyRemoval, recordKey, toRecord } from "./keyRows.ts";

/** Keys stand beside the messages of their job, because a key is settled in the transaction that accepts its message. */
export function idempotencyStore(ground: Ground): Idempotency {
  const table = ground.table(tableNames.messages);
  const earlier = ground.table(tableNames.idempotency);
  const find: Idempotency["find"] = async (activityId, key) => {
    const row = await table.find(activityId, recordKey(key));
    return row && toRecord<KeyRecord>(tableNames.messages, row);
  };
  return {
    find,
    async findEarlier(activityId, key) {
      const row = await earlier.find(activityId, recordKey(key));
      return row && toRecord<EarlierKeyRecord>(tableNames.idempotency, row).value;
    },
    async change(activityId, change) {
      const etags = await table.transact(activityId, keyChanges(change));
      if (!etags) return undefined;
      const [etag] = etags;
      if (etag !== undefined) return { value: change.next, etag };
      const found = await find(activityId, change.key);
      return found?.value.messageId === change.next.messageId ? found : undefined;
    },
    async remove(activityId, key, seen) {
      await table.transact(activityId, keyRemoval(key, seen));
    },
    async removeBefore(activityId, before, limit) {
      const removed = await removeAged(table, activityId, before, limit);
      return removed < limit ? removed + (await removeAged(earlier, activityId, before, limit - removed)) : removed;
    },
  };
}

async function removeAged(table: Table, activityId: string, before: number, limit: number): Promise<number> {
  const rows = await firstRows(table, activityId, agesBefore(before), limit);
  return removeRowGroups(table, activityId, rows.map(agedRemoval));
}
