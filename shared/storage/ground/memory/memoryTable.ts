import type { NewEtags, Row, RowChange, RowPage, RowRange, RowValue, RowValues, Table } from "../ground.ts";
import { checkChanges, checkKeys, checkLimit } from "../groundRules.ts";

interface StoredRow {
  readonly etag: string;
  readonly values: RowValues;
}

/** Rows of one partition with their keys in order, so that a page costs its own length and not the partition's. */
interface Partition {
  readonly keys: string[];
  readonly rows: Map<string, StoredRow>;
}

/** The meaning of `Table` in code. A page ends after `pageRowsMax` rows even when the caller asks for more. */
export function memoryTable(nextEtag: () => string, pageRowsMax: number): Table {
  const partitions = new Map<string, Partition>();

  const partitionOf = (partitionKey: string): Partition => {
    const found = partitions.get(partitionKey) ?? { keys: [], rows: new Map<string, StoredRow>() };
    partitions.set(partitionKey, found);
    return found;
  };

  /** All of the changes or none; the new ETags when they took. */
  const apply = (partitionKey: string, changes: readonly RowChange[]): NewEtags | undefined => {
    checkChanges(partitionKey, changes);
    const partition = partitionOf(partitionKey);
    if (!changes.every((change) => isPossible(partition.rows.get(change.rowKey), change))) return undefined;
    return changes.map((change) => {
      if (change.kind === "remove") return removeRow(partition, change.rowKey);
      const etag = nextEtag();
      setRow(partition, change.rowKey, { etag, values: copyValues(change.values) });
      return etag;
    });
  };

  return {
    find: async (partitionKey, rowKey) => {
      checkKeys(partitionKey, rowKey);
      const stored = partitions.get(partitionKey)?.rows.get(rowKey);
      return stored && toRow(partitionKey, rowKey, stored);
    },
    insert: async (partitionKey, rowKey, values) => apply(partitionKey, [{ kind: "insert", rowKey, values }])?.[0],
    replace: async (partitionKey, rowKey, values, etag) =>
      apply(partitionKey, [{ kind: "replace", rowKey, values, etag }])?.[0],
    remove: async (partitionKey, rowKey, etag) => apply(partitionKey, [toRemoval(rowKey, etag)]) !== undefined,
    transact: async (partitionKey, changes) => apply(partitionKey, changes),
    list: async (partitionKey, range) => listRows(partitionKey, partitions.get(partitionKey), range, pageRowsMax),
    nextPartition: async (after) =>
      [...partitions].flatMap(([key, { keys }]) => (key > after && keys.length > 0 ? [key] : [])).toSorted()[0],
  };
}

function toRemoval(rowKey: string, etag: string | undefined): RowChange {
  return etag === undefined ? { kind: "remove", rowKey } : { kind: "remove", rowKey, etag };
}

function isPossible(stored: StoredRow | undefined, change: RowChange): boolean {
  if (change.kind === "insert") return stored === undefined;
  if (change.kind === "upsert") return true;
  return stored !== undefined && (change.etag === undefined || change.etag === stored.etag);
}

function setRow(partition: Partition, rowKey: string, stored: StoredRow): void {
  if (!partition.rows.has(rowKey)) partition.keys.splice(firstFrom(partition.keys, rowKey), 0, rowKey);
  partition.rows.set(rowKey, stored);
}

function removeRow(partition: Partition, rowKey: string): undefined {
  partition.rows.delete(rowKey);
  partition.keys.splice(firstFrom(partition.keys, rowKey), 1);
}

function listRows(
  partitionKey: string,
  partition: Partition | undefined,
  range: RowRange,
  pageRowsMax: number,
): RowPage {
  checkLimit(range.limit);
  if (!partition) return { rows: [] };
  const from = range.continuation === undefined ? (range.from ?? "") : fromToken(range.continuation);
  const start = firstFrom(partition.keys, from);
  const end = range.below === undefined ? partition.keys.length : firstFrom(partition.keys, range.below);
  const cut = Math.min(end, start + Math.min(range.limit, pageRowsMax));
  const rows = partition.keys.slice(start, cut).flatMap((rowKey) => {
    const stored = partition.rows.get(rowKey);
    return stored ? [toRow(partitionKey, rowKey, stored)] : [];
  });
  const next = cut < end ? partition.keys[cut] : undefined;
  return next === undefined ? { rows } : { rows, continuation: toToken(next) };
}

/** The index of the first key that is not below `key`, by code unit. */
function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toRow(partitionKey: string, rowKey: string, stored: StoredRow): Row {
  return { partitionKey, rowKey, etag: stored.etag, values: { ...stored.values } };
}

function copyValues(values: RowValues): RowValues {
  // JSON has no negative zero, so Table storage gives back zero.
  const copyValue = (value: RowValue): RowValue => (value === 0 ? 0 : value);
  return Object.fromEntries(Object.entries(values).map(([column, value]) => [column, copyValue(value)]));
}

/** Opaque on purpose: a caller that builds on row keys in tokens would break on Azure. */
function toToken(rowKey: string): string {
  return Buffer.from(rowKey, "utf8").toString("base64url");
}

function fromToken(token: string): string {
  return Buffer.from(token, "base64url").toString("utf8");
}
