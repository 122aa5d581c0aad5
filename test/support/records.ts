import { linesOf, type RecordLines } from "../../shared/domain/recordLines.ts";
import { type StoredRecord, storedRecords } from "../../shared/ports/entityStore.ts";

/** A record for a commit. */
export interface IncomingRecord {
  readonly key: string;
  readonly values: readonly (string | undefined)[];
}

/** A batch of a commit. */
export function incoming(...records: readonly IncomingRecord[]): RecordLines {
  return linesOf(records.map((record) => ({ ...record, number: 0 })));
}

/** The records of a commit, in one batch. */
export async function* oneBatch(...records: readonly IncomingRecord[]): AsyncGenerator<RecordLines> {
  yield incoming(...records);
}

/** Everything that was read for these columns. */
export async function collect(
  batches: AsyncIterable<RecordLines>,
  columns: readonly string[],
): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for await (const batch of batches) records.push(...storedRecords(batch, columns));
  return records;
}
