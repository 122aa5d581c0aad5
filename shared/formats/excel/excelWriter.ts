import type { RecordLines } from "../../domain/recordLines.ts";
import type { Pace } from "../../ports/pace.ts";
import type { RecordsOf } from "../fileFormat.ts";
import { FormatError, type RecordWriter } from "../recordFormat.ts";
import { writeZip, type ZipInput } from "../zipWriter.ts";
import { columnLetters } from "./cellNames.ts";
import { excelColumnsMax } from "./headerRow.ts";
import { rowsMax } from "./sheetCells.ts";
import { definedNameOf, sheetNameOf } from "./sheetNames.ts";
import { type SheetLayout, sheetLayout, writeHeader, writeRows } from "./sheetWriter.ts";
import {
  contentTypes,
  packageRelations,
  sheetEnd,
  sheetStart,
  styles,
  workbookRelations,
  workbookXml,
} from "./workbookXml.ts";

/**
 * Writes a workbook of one sheet: numbers, dates and truth values as what they are, where they read as the same again, and
 * all else as text, which no spreadsheet takes for a formula. What a sheet cannot hold ends the file with an error.
 */
export function createExcelWriter(of: RecordsOf, isLocalTime: boolean, pace: Pace): RecordWriter {
  return {
    write(columns, batches, defaults = [], nameOf) {
      const layout = sheetLayout({ columns, types: of.types ?? [], defaults, isLocalTime, ...(nameOf && { nameOf }) });
      return writeZip(parts(layout, writtenSheet(of), batches, pace), { modifiedAt: firstZipTime });
    },
  };
}

/** Nothing in a workbook says when it was made, so the same records give the same bytes. */
const firstZipTime = Date.UTC(1980, 0, 1);

/** The sheet that somebody named, or that is called like the entity. */
export function writtenSheet({ sheetName, entity }: RecordsOf): string {
  return sheetName ?? sheetNameOf(entity?.name ?? "");
}

/** The workbook comes last, since it says how far the records reach. */
async function* parts(
  layout: SheetLayout,
  sheetName: string,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<ZipInput, void, undefined> {
  requireColumns(layout.columns.length);
  const written = { records: 0 };
  yield { name: "[Content_Types].xml", bytes: Buffer.from(contentTypes) };
  yield { name: "_rels/.rels", bytes: Buffer.from(packageRelations) };
  yield { name: "xl/_rels/workbook.xml.rels", bytes: Buffer.from(workbookRelations) };
  yield { name: "xl/styles.xml", bytes: Buffer.from(styles) };
  yield { name: "xl/worksheets/sheet1.xml", bytes: sheetParts(layout, batches, written, pace) };
  const range = `$A$1:$${columnLetters(Math.max(1, layout.columns.length))}$${written.records + 1}`;
  const workbook = workbookXml(sheetName, definedNameOf(sheetName), range);
  yield { name: "xl/workbook.xml", bytes: Buffer.from(workbook) };
}

async function* sheetParts(
  layout: SheetLayout,
  batches: AsyncIterable<RecordLines>,
  written: { records: number },
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(sheetStart);
  yield writeHeader(layout);
  for await (const batch of batches) {
    if (written.records + batch.count >= rowsMax) throw tooManyRows();
    yield writeRows(layout, batch, written.records);
    written.records += batch.count;
    if (pace.isOver()) await pace.rest();
  }
  yield Buffer.from(sheetEnd);
}

function requireColumns(count: number): void {
  if (count <= excelColumnsMax) return;
  const text = `The file has ${count} columns, more than the ${excelColumnsMax} that an Excel sheet takes (DMF2009). Give the line a field map of fewer, or another format.`;
  throw new FormatError("DMF2009", text);
}

function tooManyRows(): FormatError {
  const text = `There are more records than the ${rowsMax - 1} that an Excel sheet holds below its header (DMF2042). Filter them, or choose another format.`;
  return new FormatError("DMF2042", text);
}
