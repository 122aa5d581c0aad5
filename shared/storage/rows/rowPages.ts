import { DomainError } from "../../domain/errors.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import type { Row, RowPage, Table } from "../ground/ground.ts";
import { behind, beyond } from "./keys.ts";

/** Azure may cut a page short at any time, even to nothing. */
const readsMax = 1000;

export interface KeyRange {
  /** Inclusive lower and exclusive upper bound of the row key. */
  readonly from: string;
  readonly below: string;
}

export function keysWith(prefix: string): KeyRange {
  return { from: prefix, below: beyond(prefix) };
}

/** The first rows of the range in key order: `limit` of them, fewer only when there are no more. */
export async function firstRows(
  table: Table,
  partitionKey: string,
  range: KeyRange,
  limit: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let continuation: string | undefined;
  for (let reads = 0; reads < readsMax; reads++) {
    const rest = { ...range, limit: limit - rows.length };
    const page: RowPage = await table.list(partitionKey, continuation === undefined ? rest : { ...rest, continuation });
    rows.push(...page.rows);
    continuation = page.continuation;
    if (continuation === undefined || rows.length >= limit) return rows;
  }
  throw new Error(`A list of ${limit} rows was not complete after ${readsMax} reads.`);
}

/**
 * A page of the range. Its continuation is the last key of the page: it holds good whatever is written meanwhile, and
 * one that a client made up leads nowhere but into the same range.
 */
export async function pageOfRows<T>(
  table: Table,
  partitionKey: string,
  range: KeyRange,
  page: PageRequest,
  read: (row: Row) => T,
): Promise<Page<T>> {
  const rest = page.continuation === undefined ? range : rangeBehind(range, page.continuation);
  const rows = await firstRows(table, partitionKey, rest, page.limit + 1);
  const items = rows.slice(0, page.limit).map(read);
  const last = rows[page.limit - 1];
  return rows.length > page.limit && last ? { items, continuation: last.rowKey } : { items };
}

/** The rest of the range behind the key that a page ended with; `invalid` for what is no such key. */
export function rangeBehind(range: KeyRange, continuation: string): KeyRange {
  if (!/^[0-9a-z_-]{1,512}$/.test(continuation) || continuation < range.from || continuation >= range.below) {
    const message = "This is not a continuation that this list gave; begin again without one.";
    throw new DomainError("invalid", message, [{ path: "continuation", message }]);
  }
  return { ...range, from: behind(continuation) };
}
