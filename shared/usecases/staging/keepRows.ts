import type { RecordLines } from "../../domain/recordLines.ts";
import type { Oddity } from "../../domain/oddCells.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { StagedExtent, StagingPlace } from "../../domain/stagedRow.ts";
import { columnsOfRows, toRecords } from "./stagedRows.ts";

export interface KeptFile {
  /** Where its rows are to be. */
  readonly place: StagingPlace;
  readonly open: () => Promise<RecordReader>;
  readonly fence: number;
  readonly pace: Pace;
}

/**
 * Puts every row of a file into staging, broken ones as well, in one commit that an execution makes once, whichever of its
 * attempts. A file that cannot be read to its end leaves nothing there.
 */
export async function keepRows(
  ports: Ports,
  file: KeptFile,
): Promise<{ readonly extent: StagedExtent; readonly oddities: readonly Oddity[] }> {
  let reader: RecordReader | undefined;
  async function* records(): AsyncGenerator<RecordLines> {
    reader = await file.open();
    for await (const batch of reader.batches) {
      yield toRecords(batch);
      if (file.pace.isOver()) await file.pace.rest();
    }
  }
  const { executionId, columns } = file.place;
  const { seq } = await ports.stagedRows.upsert(file.place, {
    idempotencyKey: `${executionId}/rows`,
    fence: file.fence,
    columns: columnsOfRows(columns.length),
    keyColumns: [],
    records,
    truncateFirst: false,
    requireValid: () => Promise.resolve(),
  });
  return { extent: { upTo: seq, copiedUpTo: 0 }, oddities: reader?.oddities() ?? [] };
}
