/** A validated record on its way from the order of its file to the order of its keys. */
export interface StagedRecord {
  readonly key: string;
  /** Where it stands in its source: records of one key come in this order. */
  readonly line: number;
  /** A text, "" for a value to empty and undefined for a value to keep: all three survive. */
  readonly values: readonly (string | undefined)[];
}

/** Takes the records of one entity of one execution, in any order and number, within bounded memory. */
export interface Staging {
  /** One call at a time; the batch may be used again afterwards. */
  add(batch: readonly StagedRecord[]): Promise<void>;
  /** Ends the adding. */
  finish(): Promise<StagedRecords>;
  /** Forgets all records, after which nothing is left in storage. */
  discard(): Promise<void>;
}

export interface StagedRecords {
  readonly count: number;
  /** Batches ordered by key (by UTF-16 code unit), then line; each call reads from the start. */
  records(): AsyncIterable<readonly StagedRecord[]>;
  /** As `Staging.discard`; nothing can be read any more. */
  discard(): Promise<void>;
}

export interface StagingArea {
  /** An empty staging of its own, even when the execution has others. `executionId` is safe as a part of a blob name. */
  open(executionId: string): Staging;
  /** Removes all that an execution left, whether it ended well or crashed; answers how many blobs went. */
  discardAll(executionId: string): Promise<number>;
}
