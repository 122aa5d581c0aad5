import { foldName } from "../../domain/foldName.ts";
import { findOddCells, oddityTally, type OddityTally } from "../../domain/oddCells.ts";
import type { RowBatch } from "../../domain/rowBatch.ts";
import type { Pace } from "../../ports/pace.ts";
import type { RecordsOf } from "../fileFormat.ts";
import type { RecordReader } from "../recordFormat.ts";
import { cellName } from "./cellNames.ts";
import { readHeaderRow } from "./headerRow.ts";
import type { NumberKind } from "./numberFormats.ts";
import { readSharedStrings } from "./sharedStrings.ts";
import { type CellSheet, chooseSheet } from "./sheetChoice.ts";
import { sheetHandler } from "./sheetCells.ts";
import { type SheetFacts, sheetRows } from "./sheetRows.ts";
import { sheetNameOf } from "./sheetNames.ts";
import { readStyles } from "./styles.ts";
import { readWorkbook, type Workbook } from "./workbook.ts";
import { openWorkbookFiles } from "./workbookFiles.ts";
import { scanPart } from "./xmlPart.ts";

/**
 * Opens a workbook and reads its header row: one sheet, of which the first row with a value names the columns. Rows without
 * a value are skipped; one with an error, or with a cell that no column names, becomes a row with a problem.
 */
export async function openExcel(bytes: AsyncIterable<Uint8Array>, of: RecordsOf, pace: Pace): Promise<RecordReader> {
  const workbook = await readWorkbook(await openWorkbookFiles(bytes), pace);
  const usual = of.entity && sheetNameOf(of.entity.name);
  const sheet = chooseSheet(workbook, of.sheetName, usual);
  const styles = await readStyles(workbook, pace);
  const header = await readHeaderRow(workbook, sheet, styles, pace);
  const { columns } = header;
  const tally = oddityTally();
  if (sheet.isHidden) tally.add("hiddenSheet", header.row);
  const facts = { name: sheet.name, header, isRead: readColumns(columns, of) };
  return {
    columns,
    batches: readBatches(workbook, sheet, styles, facts, tally, pace),
    oddities: () => tally.all(),
    nameOfCell: (line, column) => cellName(sheet.name, column + 1, line),
  };
}

function readColumns(columns: readonly string[], { entity, expected }: RecordsOf): readonly boolean[] {
  const names = new Set(expected.map((name) => foldName(name.trim())));
  return columns.map((column) => entity === undefined || names.has(foldName(column)));
}

async function* readBatches(
  workbook: Workbook,
  sheet: CellSheet,
  styles: readonly NumberKind[],
  facts: SheetFacts,
  tally: OddityTally,
  pace: Pace,
): AsyncGenerator<RowBatch, void, undefined> {
  const strings = await readSharedStrings(workbook, Number.POSITIVE_INFINITY, pace);
  const rows = sheetRows(facts, { strings, styles, isFrom1904: workbook.isFrom1904 }, tally);
  const handler = sheetHandler(sheet.name, {
    ...rows,
    endRow(row) {
      rows.endRow(row);
      handler.isFull = rows.isFull();
    },
  });
  for await (const _ of scanPart(workbook.files, sheet.path, handler, pace)) {
    const batch = rows.batch();
    if (batch.count === 0) continue;
    findOddCells(batch, tally);
    yield batch;
    rows.forget();
  }
}
