/**
 * Two rows per key, kept in step by transactions: `k_{hash}` holds the record, `t_{time}_{hash}` finds it by its age.
 * The keys that clients choose are any text, so only their hashes are stored.
 */
import type { KeyRecord } from "../../domain/uploadKey.ts";
import type { Stored } from "../../ports/stored.ts";
import type { KeyChange } from "../../ports/idempotency.ts";
import type { Row, RowChange } from "../ground/ground.ts";
import { sha256Key, timeKey } from "../rows/keys.ts";
import { keysWith } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

export function recordKey(key: string): string {
  return `k_${sha256Key(key)}`;
}

/** What a transaction does to a key: takes a free one, or changes the record that was seen. */
export function keyChanges({ key, seen, next }: KeyChange): readonly RowChange[] {
  const rowKey = recordKey(key);
  const values = toColumns(next);
  const to = ageKey(next.reservedAt, rowKey);
  const age = ageRow(next, rowKey);
  if (!seen) return [{ kind: "insert", rowKey, values }, age];
  const from = ageKey(seen.value.reservedAt, rowKey);
  const record: RowChange = { kind: "replace", rowKey, values, etag: seen.etag };
  return from === to ? [record] : [record, { kind: "remove", rowKey: from }, age];
}

export function keyRemoval(key: string, seen: Stored<KeyRecord>): readonly RowChange[] {
  const rowKey = recordKey(key);
  return [
    { kind: "remove", rowKey, etag: seen.etag },
    { kind: "remove", rowKey: ageKey(seen.value.reservedAt, rowKey) },
  ];
}

/** Rows of age from before then, and what each of them stands for. */
export function agesBefore(before: number): { readonly from: string; readonly below: string } {
  return { from: "t_", below: `t_${timeKey(before)}` };
}

export function agedRemoval(ageRow: Row): readonly RowChange[] {
  const hash = ageRow.rowKey.slice(ageRow.rowKey.lastIndexOf("_") + 1);
  return [
    { kind: "remove", rowKey: ageRow.rowKey },
    { kind: "remove", rowKey: `k_${hash}` },
  ];
}

export const keptKeys = keysWith("k_");

/** The row that finds a record, which has this key, by its age. */
export function ageRow({ reservedAt }: Pick<KeyRecord, "reservedAt">, rowKey: string): RowChange {
  return { kind: "upsert", rowKey: ageKey(reservedAt, rowKey), values: {} };
}

export function toRecord<Record extends { readonly messageId: string; readonly reservedAt: number }>(
  table: string,
  row: Row,
): Stored<Record> {
  return { value: fromColumns<Record>(table, row, ["messageId", "reservedAt"]), etag: row.etag };
}

function ageKey(reservedAt: number, rowKey: string): string {
  return `t_${timeKey(reservedAt)}_${rowKey.slice(recordPrefixLength)}`;
}

const recordPrefixLength = "k_".length;
