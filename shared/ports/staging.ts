import type { RecordLines } from "../domain/recordLines.ts";
import type { Sieve } from "./sieve.ts";

/**
 * Takes the validated records of one entity of one execution from the order of their file to the order of their keys, in
 * any number, within bounded memory. The number of a line is where the record stands in its source.
 */
export interface Staging {
  /** One call at a time; the memory of the batch may be used again afterwards. */
  add(batch: RecordLines): Promise<void>;
  /** Ends the adding. */
  finish(): Promise<StagedRecords>;
  /** Forgets all records, after which nothing is left of them, in storage or on the disk. */
  discard(): Promise<void>;
}

export type OpenSieve = () => Promise<Sieve | undefined>;

export interface StagedRecords {
  readonly count: number;
  /** Of the records that were added, those that are not here, because a sieve held them back; undefined for none. */
  readonly heldBack: { readonly count: number; readonly seq: number } | undefined;
  /** Batches ordered by key (`compareKeys`), those of one key as they were added; each call reads from the start. */
  records(): AsyncIterable<RecordLines>;
  /** As `Staging.discard`; nothing can be read any more. */
  discard(): Promise<void>;
}

export interface StagingArea {
  /**
   * An empty staging of its own, even when the execution has others. `executionId` is safe as a part of a blob name. Where
   * the records do not stay in memory `openSieve` is asked, once, for one that holds some of them back; adding throws what
   * that throws then.
   */
  open(executionId: string, openSieve?: OpenSieve): Staging;
  /** Removes all that an execution left, whether it ended well or crashed; answers how many blobs went. */
  discardAll(executionId: string): Promise<number>;
}
