import type { StagingPlace } from "../domain/stagedRow.ts";
import type { EntitySnapshot, StoredRecord, UpsertCommit, UpsertResult } from "./entityStore.ts";

/** The rows of one line of one execution. */
export type RowsOf = Pick<StagingPlace, "executionId" | "index">;

/**
 * Rows that stay in staging, to be looked at and mended: each line's are records of a store of their own, and go with all
 * else that their execution has there (`StagingArea.discardAll`). As for `EntityStore`, an execution without any reads as
 * an empty one.
 */
export interface StagedRows {
  upsert(rows: RowsOf, commit: UpsertCommit): Promise<UpsertResult>;
  openSnapshot(rows: RowsOf): Promise<EntitySnapshot>;
  /** Undefined when there is no such row. */
  find(rows: RowsOf, key: string, columns: readonly string[]): Promise<StoredRecord | undefined>;
}
