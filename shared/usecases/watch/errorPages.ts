import { DomainError } from "../../domain/errors.ts";
import type { Page } from "../../ports/stored.ts";

/** Where a file of rejected rows is read on: behind its header the rows from that byte. */
export interface RowsPlace {
  readonly headerEndsAt: number;
  readonly at: number;
}

/** A place in the files of rejected rows of a run, which are numbered; without `rows` the beginning of the file. */
export interface FilesPlace {
  readonly file: number;
  readonly rows?: RowsPlace;
}

/** Where a list of what such files hold goes on: so many items behind a place, or behind the beginning of all. */
export interface ListPlace {
  readonly passed: number;
  readonly behind?: FilesPlace;
}

export interface Batch<T> {
  readonly items: readonly T[];
  /** Where what follows begins. */
  readonly next?: FilesPlace;
}

/** A page ends before its items are so long in all; one item may be longer. */
const pageCharactersMax = 4 * 1024 * 1024;

/** The items behind the place, from the batches that begin with what it is behind of. */
export async function pageFrom<T>(
  batches: AsyncIterable<Batch<T>>,
  { passed, behind }: ListPlace,
  limit: number,
  lengthOf: (item: T) => number,
): Promise<Page<T>> {
  const items: T[] = [];
  let [toPass, characters] = [passed, 0];
  let here: ListPlace = { passed: 0, ...(behind && { behind }) };
  for await (const batch of batches) {
    for (const item of batch.items) {
      if (toPass > 0) toPass -= 1;
      else {
        const length = lengthOf(item);
        const isFull = items.length === limit || (items.length > 0 && characters + length > pageCharactersMax);
        if (isFull) return { items, continuation: writePlace(here) };
        characters += length;
        items.push(item);
      }
      here = { ...here, passed: here.passed + 1 };
    }
    if (batch.next) here = { passed: 0, behind: batch.next };
  }
  return { items };
}

function writePlace({ passed, behind }: ListPlace): string {
  const { file, rows } = behind ?? {};
  return [passed, file, rows?.headerEndsAt, rows?.at].filter((part) => part !== undefined).join(".");
}

/** The beginning of all without a continuation; `invalid` for what is none. */
export function readPlace(continuation: string | undefined): ListPlace {
  if (continuation === undefined) return { passed: 0 };
  if (!/^\d{1,15}(\.\d{1,15}(\.\d{1,15}\.\d{1,15})?)?$/.test(continuation)) throw noContinuation();
  const [passed = 0, file, headerEndsAt, at] = continuation.split(".").map(Number);
  if (file === undefined) return { passed };
  const isInside = headerEndsAt !== undefined && at !== undefined;
  return { passed, behind: { file, ...(isInside && { rows: { headerEndsAt, at } }) } };
}

export function noContinuation(): DomainError {
  const message = "This is not a continuation that this list gave; begin again without one.";
  return new DomainError("invalid", message, [{ path: "continuation", message }]);
}
