import { randomUUID } from "node:crypto";
import type { Audit, AuditEntry } from "../../ports.ts";
import type { Ground, Table } from "../ground/ground.ts";
import { newestFirstTimeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { limitRefusals } from "./refusals.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows } from "../rows/rowPages.ts";
import { toColumns } from "../rows/storedJson.ts";

/** A table cannot list its partitions, so one partition has a row for every day that holds entries. */
const daysPartition = "days";
const allKeys = { from: "0", below: ":" };
const daysMax = 366;
const knownDaysMax = 400;

/** One partition per UTC day, the newest entry first. */
export function auditStore(ground: Ground): Audit {
  const table = ground.table(tableNames.audit);
  const known = new Set<string>();
  const keptRefusal = limitRefusals();

  async function record(entry: AuditEntry): Promise<void> {
    const day = dayOf(entry.at);
    if (!known.has(day)) {
      await table.insert(daysPartition, day, {});
      if (known.size >= knownDaysMax) known.clear();
      known.add(day);
    }
    await table.insert(day, `${newestFirstTimeKey(entry.at)}_${randomUUID()}`, toColumns(entry));
  }

  return {
    record,
    async recordRefusal(refusal) {
      const entry = keptRefusal(refusal);
      if (entry) await record(entry);
    },
    async removeBefore(before, limit) {
      const days = await firstRows(table, daysPartition, { from: "0", below: dayOf(before) }, daysMax);
      let removed = 0;
      for (const day of days) {
        if (removed >= limit) break;
        removed += await removeFromDay(table, day.rowKey, limit - removed);
      }
      return removed;
    },
  };
}

/** A day leaves the list of days once nothing of it is left. */
async function removeFromDay(table: Table, day: string, limit: number): Promise<number> {
  const rows = await firstRows(table, day, allKeys, limit + 1);
  const removals = rows.slice(0, limit).map(({ rowKey }) => [{ kind: "remove", rowKey } as const]);
  const removed = await removeRowGroups(table, day, removals);
  if (rows.length <= limit) await table.remove(daysPartition, day);
  return removed;
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
