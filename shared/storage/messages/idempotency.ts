import type { Idempotency, IdempotencyRecord } from "../../ports.ts";
import type { Ground, Row, RowChange, Table } from "../ground/ground.ts";
import { sha256Key, timeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

/**
 * Two rows per key, kept in step by transactions: `k_{hash}` holds the record, `t_{time}_{hash}` finds it by its age.
 * The keys that clients choose are any text, so only their hashes are stored.
 */
export function idempotencyStore(ground: Ground): Idempotency {
  const table = ground.table(tableNames.idempotency);
  return {
    async find(activityId, key) {
      const row = await table.find(activityId, recordKey(sha256Key(key)));
      return row && { value: toRecord(row), etag: row.etag };
    },
    async insert(activityId, key, record) {
      const hash = sha256Key(key);
      const etags = await table.transact(activityId, [
        { kind: "insert", rowKey: recordKey(hash), values: toColumns(record) },
        { kind: "upsert", rowKey: ageKey(record, hash), values: {} },
      ]);
      return etags !== undefined;
    },
    replace: (activityId, key, record, etag) => replaceRecord(table, activityId, key, record, etag),
    async remove(activityId, key) {
      const hash = sha256Key(key);
      const row = await table.find(activityId, recordKey(hash));
      if (row) await table.transact(activityId, removal(ageKey(toRecord(row), hash), hash));
    },
    async removeBefore(activityId, before, limit) {
      const rows = await firstRows(table, activityId, { from: "t_", below: `t_${timeKey(before)}` }, limit);
      return removeRowGroups(
        table,
        activityId,
        rows.map(({ rowKey }) => removal(rowKey, rowKey.slice(rowKey.lastIndexOf("_") + 1))),
      );
    },
  };
}

async function replaceRecord(
  table: Table,
  activityId: string,
  key: string,
  record: IdempotencyRecord,
  etag: string,
): Promise<boolean> {
  const hash = sha256Key(key);
  const row = await table.find(activityId, recordKey(hash));
  if (!row) return false;
  const values = toColumns(record);
  const from = ageKey(toRecord(row), hash);
  const to = ageKey(record, hash);
  if (from === to) return (await table.replace(activityId, row.rowKey, values, etag)) !== undefined;
  const etags = await table.transact(activityId, [
    { kind: "replace", rowKey: row.rowKey, values, etag },
    { kind: "remove", rowKey: from },
    { kind: "upsert", rowKey: to, values: {} },
  ]);
  return etags !== undefined;
}

function recordKey(hash: string): string {
  return `k_${hash}`;
}

function ageKey(record: IdempotencyRecord, hash: string): string {
  return `t_${timeKey(record.reservedAt)}_${hash}`;
}

function removal(rowKey: string, hash: string): readonly RowChange[] {
  return [
    { kind: "remove", rowKey },
    { kind: "remove", rowKey: recordKey(hash) },
  ];
}

function toRecord(row: Row): IdempotencyRecord {
  return fromColumns<IdempotencyRecord>(tableNames.idempotency, row, ["messageId", "reservedAt"]);
}
