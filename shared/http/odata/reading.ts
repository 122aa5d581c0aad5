import { DomainError } from "../../domain/errors.ts";
import { compareScalars, meets } from "./filter.ts";
import type { EntitySet, Filter, Reader, Row } from "./model.ts";
import type { Order, Query } from "./query.ts";

/** Where an answer goes on: the same query with these in place of its own. */
export interface Rest {
  readonly skip: number;
  readonly top: number | undefined;
  readonly token?: string;
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly rest?: Rest;
  /** How many meet the filter, where that was asked for. */
  readonly count?: number;
}

const readRows = 100;
/** An answer ends with the read that brings it to so many rows. */
const answerRows = 500;
/** For one answer; what is sorted or counted as a whole must come to an end within them. */
const readsMax = 20;

/** A page of the entities that a query asks for. */
export async function readSet(reader: Reader, set: EntitySet, query: Query): Promise<Rows> {
  return query.count || !isInOrder(set, query.order) ? readWhole(reader, set, query) : readOn(reader, set, query);
}

/** How many entities meet a filter. */
export async function countSet(reader: Reader, set: EntitySet, filter: Filter | undefined): Promise<number> {
  return (await readAll(reader, set, filter)).length;
}

/** In the order in which the set is kept, from where the page before ended. */
async function readOn(reader: Reader, set: EntitySet, { filter, top = Infinity, ...from }: Query): Promise<Rows> {
  const rows: Row[] = [];
  let { skip, token } = from;
  if (top === 0) return { rows };
  for (let reads = 0; reads < readsMax && rows.length < answerRows; reads++) {
    const page = await set.list(reader, filter, { limit: readRows, ...(token && { continuation: token }) });
    const found = page.items.filter(({ values }) => !filter || meets(values, filter));
    rows.push(...found.slice(skip));
    skip = Math.max(0, skip - found.length);
    token = page.continuation;
    if (rows.length >= top || token === undefined) return { rows: rows.slice(0, top) };
  }
  const left = top === Infinity ? undefined : top - rows.length;
  return { rows, rest: { skip, top: left, ...(token && { token }) } };
}

/** Looks at all of them, to sort or to count; what goes on skips what was answered. */
async function readWhole(reader: Reader, set: EntitySet, query: Query): Promise<Rows> {
  const { filter, order, skip, top = Infinity } = query;
  const all = await readAll(reader, set, filter);
  const sorted = isInOrder(set, order) ? all : all.toSorted((one, other) => compareRows(one, other, order));
  const rows = sorted.slice(skip, skip + Math.min(top, answerRows));
  const count = query.count ? { count: all.length } : {};
  const goesOn = rows.length < top && skip + rows.length < all.length;
  if (!goesOn) return { rows, ...count };
  const left = top === Infinity ? undefined : top - rows.length;
  return { rows, ...count, rest: { skip: skip + rows.length, top: left } };
}

async function readAll(reader: Reader, set: EntitySet, filter: Filter | undefined): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let continuation: string | undefined;
  for (let reads = 0; reads < readsMax; reads++) {
    const page = await set.list(reader, filter, { limit: readRows, ...(continuation && { continuation }) });
    rows.push(...page.items.filter(({ values }) => !filter || meets(values, filter)));
    continuation = page.continuation;
    if (continuation === undefined) return rows;
  }
  const [first = ""] = set.type.key;
  const message =
    `There are too many ${set.name} to sort or to count them at once. Narrow them with a $filter, such as by ${first}, ` +
    "or leave $orderby and $count out and follow @odata.nextLink.";
  throw new DomainError("invalid", message);
}

/** Whether the order asked for is the one in which the set is kept. */
function isInOrder(set: EntitySet, order: readonly Order[]): boolean {
  return order.every(({ property, isDescending }, index) => {
    const kept = set.order[index];
    return property.name === kept?.name && isDescending === (kept.isDescending ?? false);
  });
}

function compareRows(one: Row, other: Row, order: readonly Order[]): number {
  for (const { property, isDescending } of order) {
    const [left = null, right = null] = [one.values[property.name], other.values[property.name]];
    const compared = compareScalars(left, right, property);
    if (compared !== 0) return isDescending ? -compared : compared;
  }
  return 0;
}
