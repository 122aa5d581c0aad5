import { lineBuffer } from "../../domain/lineBuffer.ts";
import type { Pace } from "../../ports/pace.ts";
import { FormatError } from "../recordFormat.ts";
import { cellName } from "./cellNames.ts";
import { writeCell } from "./cellValues.ts";
import { readSharedStrings } from "./sharedStrings.ts";
import { type SheetCell, sheetHandler } from "./sheetCells.ts";
import type { CellSheet } from "./sheetChoice.ts";
import type { NumberKind } from "./numberFormats.ts";
import type { Workbook } from "./workbook.ts";
import { scanPart } from "./xmlPart.ts";

export interface HeaderRow {
  readonly row: number;
  readonly columns: readonly string[];
}

/** Columns of a sheet that the original reads; more is its error DMF2009. */
export const excelColumnsMax = 255;

/**
 * The first row that holds anything: the names of the columns, up to the last one that has a name. Of the texts that cells
 * share, only as many are read as it needs.
 */
export async function readHeaderRow(
  workbook: Workbook,
  sheet: CellSheet,
  styles: readonly NumberKind[],
  pace: Pace,
): Promise<HeaderRow> {
  const cells = await firstCells(workbook, sheet, pace);
  const [first] = cells;
  if (!first) {
    const text = `Sheet "${sheet.name}" is empty. Begin it with a row of column names, and at least one record (DMF2053).`;
    throw new FormatError("DMF2053", text);
  }
  const shared = cells
    .filter(({ type }) => type === "s")
    .map(({ bytes, length }) => Number(bytes.toString("latin1", 0, length)));
  const strings = await readSharedStrings(
    workbook,
    shared.reduce((one, other) => Math.max(one, other), -1),
    pace,
  );
  const columns: string[] = [];
  for (const cell of cells) {
    const text = lineBuffer();
    const problem = writeCell({ strings, styles, isFrom1904: workbook.isFrom1904 }, cell, text);
    if (problem !== undefined)
      throw badHeader(sheet, first.row, `Cell ${cellName(sheet.name, cell.column, cell.row)} ${problem}.`);
    const name = text.bytes.toString("utf8", 0, text.filled).trim();
    if (name !== "") columns[cell.column - 1] = name;
  }
  requireColumns(sheet, first.row, columns.length);
  return { row: first.row, columns: Array.from(columns, (name) => name ?? "") };
}

function requireColumns(sheet: CellSheet, row: number, count: number): void {
  if (count === 0) throw badHeader(sheet, row, "None of its columns has a name.");
  if (count <= excelColumnsMax) return;
  const text = `Sheet "${sheet.name}" has ${count} columns, more than the ${excelColumnsMax} allowed (DMF2009). Remove some, or send delimited text.`;
  throw new FormatError("DMF2009", text, row);
}

function badHeader(sheet: CellSheet, row: number, what: string): FormatError {
  return new FormatError("FF004", `The header row of sheet "${sheet.name}", row ${row}, cannot be used. ${what}`, row);
}

/** The cells with a value of the first row that has any. */
async function firstCells(workbook: Workbook, sheet: CellSheet, pace: Pace): Promise<readonly SheetCell[]> {
  const found: SheetCell[] = [];
  let isWhole = false;
  const ignored = { hiddenRow: () => undefined, hiddenColumns: () => undefined, merged: () => undefined };
  const handler = sheetHandler(sheet.name, {
    ...ignored,
    cell(cell) {
      if (isWhole || cell.length === 0) return;
      found.push({ ...cell, bytes: Buffer.from(cell.bytes.subarray(0, cell.length)) });
    },
    endRow() {
      isWhole ||= found.length > 0;
    },
  });
  for await (const _ of scanPart(workbook.files, sheet.path, handler, pace)) if (isWhole) break;
  return found;
}
