import type { RecordFilter } from "../domain/filter/recordFilter.ts";
import { type RecordLines, recordsIn } from "../domain/recordLines.ts";
import type { Sieve } from "./sieve.ts";

/**
 * The records of data entities, as their store knows them: a key and canonical text values beside a list of column
 * names, which are the same in any case. Types, lengths and the making of keys belong to the entity's definition, never to
 * the store. Where there may be many they are lines of bytes.
 */

/** One entity's records in one company; `company` is undefined for an entity that all companies share. */
export interface EntityRef {
  /** Safe as a part of a blob name. */
  readonly entityId: string;
  readonly company: string | undefined;
}

export interface UpsertCommit {
  /** A commit under a key that was used before changes nothing and answers what the first one did. */
  readonly idempotencyKey: string;
  /** Grows with each attempt at the same work, so that those before it can be revoked. */
  readonly fence: number;
  readonly columns: readonly string[];
  /** Those of the columns that the keys are made of: a record that is there already keeps its values, and so its spelling. */
  readonly keyColumns: readonly string[];
  /** By the name of a column: how a value that comes in is joined with the stored one, which is "" where there is none. */
  readonly merges?: ReadonlyMap<string, (stored: string, incoming: string) => string>;
  /**
   * Batches in strictly ascending order of keys (`compareKeys`), their values beside the columns: undefined keeps what is
   * stored, "" empties it. Called again after a race that was lost. `draw` takes the next of the commit's `numbers`, as
   * text.
   */
  readonly records: (draw: () => string) => AsyncIterable<RecordLines>;
  readonly numbers?: NumberDraw;
  /**
   * Records that are not among these, because a sieve held them back: they count as unchanged. Throws `SievedInVain` where
   * another commit came behind `seq`.
   */
  readonly heldBack?: { readonly count: number; readonly seq: number };
  /** Empties the entity in the same commit, so that exactly these records remain. */
  readonly truncateFirst: boolean;
  /**
   * Throws when the commit may no longer take effect, and then it does not. Asked again whenever `interrupt` may have
   * been called since, with the number of records that the commit takes the place of, or adds to.
   */
  readonly requireValid: (recordCount: number) => Promise<void>;
}

/**
 * Numbers that a commit takes one after another. They are taken with the commit, and none is if it has no effect: no number
 * is left out, and none is taken twice.
 */
export interface NumberDraw {
  /** Each entity of each company has counters of its own. */
  readonly counter: string;
  /** No smaller number is taken, however far the counter is. */
  readonly next: number;
  /** Throws when there is no number left. */
  readonly textOf: (number: number) => string;
  /**
   * The column that gets a number in each record that has no value there, stored or not; one that is there stays. Without
   * it the numbers are for keys, which no stored record may have: the commit is `invalid` then.
   */
  readonly fills: string | undefined;
}

/** The attempt that commits was given up by somebody else meanwhile; nothing was changed. */
export class CommitRevoked extends Error {
  override readonly name = "CommitRevoked";
}

export interface UpsertResult {
  readonly created: number;
  readonly updated: number;
  /** Records whose values were stored already; they keep the sequence of their last real change. */
  readonly unchanged: number;
  /** The commit's place in the order of all commits of this entity; at least its time in epoch milliseconds. */
  readonly seq: number;
  readonly isRepeat: boolean;
}

export interface StoredRecord {
  readonly key: string;
  /** The commit that changed the record last. */
  readonly seq: number;
  /** Beside the columns that were asked for, "" where empty or unknown. */
  readonly values: readonly string[];
}

/** The records of a batch that was read for these columns. */
export function storedRecords(lines: RecordLines, columns: readonly string[]): StoredRecord[] {
  return recordsIn(lines).map(({ key, number, values }) => {
    // A line without values looks like one with an empty one.
    return { key, seq: number, values: columns.map((_, index) => values[index] ?? "") };
  });
}

export interface SnapshotRead {
  readonly columns: readonly string[];
  /** Only records with a greater key. */
  readonly afterKey?: string;
  /** Only records that changed in a later commit. Read `changesFloorSeq` first: records that are gone do not show. */
  readonly changedSince?: number;
  /** Only records that it selects. */
  readonly filter?: RecordFilter;
  /** At most so many records. */
  readonly limit?: number;
}

/** One moment of an entity; later commits and compactions do not show in it. */
export interface EntitySnapshot {
  /** The last commit that it holds; 0 before the first one. The watermark of an incremental export. */
  readonly seq: number;
  readonly count: number;
  /** The last commit that emptied the entity first: whoever read below it last has records that are gone, and reads all anew. */
  readonly changesFloorSeq: number;
  /** The next number of each counter that a commit took numbers of, by its folded name. */
  readonly counters: Readonly<Record<string, number>>;
  /**
   * Batches in key order, the number of a line being the commit that changed it last; each call reads anew. One of a
   * filtered read may be empty: whoever reads has a turn now and then, however long nothing is selected.
   */
  read(read: SnapshotRead): AsyncIterable<RecordLines>;
}

/** A commit is seen whole or not at all. A store never written to reads as an empty one; nothing here answers "absent". */
export interface EntityStore {
  /**
   * Throws `CommitRevoked` when the attempt was revoked, and a `conflict` DomainError when other writers won every
   * attempt or it took too long; nothing was changed then.
   */
  upsert(ref: EntityRef, commit: UpsertCommit): Promise<UpsertResult>;
  /**
   * Knows the records of this moment, by the columns of a commit; undefined where that is not to be had, or would not fit
   * into memory. Only for a commit that stores each record as it comes: without merges, numbers, and what empties the
   * entity.
   */
  openSieve(ref: EntityRef, commit: Pick<UpsertCommit, "columns" | "keyColumns">): Promise<Sieve | undefined>;
  /**
   * From now on attempts up to `fence` commit nothing under the key, not even one that is under way. The commit that is
   * there already stands, and is answered.
   */
  revoke(ref: EntityRef, idempotencyKey: string, fence: number): Promise<UpsertResult | undefined>;
  /** The commit that is there under the key at this moment, as `revoke` answers it; undefined when there is none, yet. */
  findCommit(ref: EntityRef, idempotencyKey: string): Promise<UpsertResult | undefined>;
  /**
   * Makes every commit that is under way ask anew whether it is valid, and answers how many records are there: what
   * comes in afterwards was judged by what stood before this call.
   */
  interrupt(ref: EntityRef): Promise<number>;
  openSnapshot(ref: EntityRef): Promise<EntitySnapshot>;
  /** The record as it stands now; undefined when there is none. */
  find(ref: EntityRef, key: string, columns: readonly string[]): Promise<StoredRecord | undefined>;
  count(ref: EntityRef): Promise<number>;
  /** True when reading has become dearer than it need be. */
  needsCompaction(ref: EntityRef): Promise<boolean>;
  /** Makes reading cheap again without changing what is read; false when there was nothing to do or another one did it. */
  compact(ref: EntityRef): Promise<boolean>;
  /**
   * Deletes what no commit has referred to for `olderThanMs`, which must exceed the longest read and the longest
   * commit; answers how many blobs went.
   */
  removeGarbage(ref: EntityRef, olderThanMs: number): Promise<number>;
  /** Every entity and company that was ever written to, or that a commit was about to write to. */
  list(): Promise<readonly EntityRef[]>;
}
