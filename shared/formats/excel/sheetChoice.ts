import { isSameName } from "../../domain/dataEntity.ts";
import { nameList } from "../../domain/nameList.ts";
import { FormatError } from "../recordFormat.ts";
import type { Sheet, Workbook } from "./workbook.ts";

export type CellSheet = Sheet & { readonly path: string };

/**
 * The sheet of that name; where none is asked for, the one that is called like the entity, or else the first visible one.
 * A name that no sheet has is an error that lists the sheets.
 */
export function chooseSheet({ sheets }: Workbook, wanted: string | undefined, usual: string | undefined): CellSheet {
  if (wanted !== undefined && wanted.trim() !== "") return sheetNamed(sheets, wanted.trim());
  const withCells = sheets.filter(hasCells);
  const named = withCells.find(({ name }) => usual !== undefined && isSameName(name, usual));
  const chosen = named ?? withCells.find(({ isHidden }) => !isHidden) ?? withCells[0];
  if (chosen) return chosen;
  throw new FormatError("badWorkbook", "The workbook has no sheet that holds cells.");
}

function sheetNamed(sheets: readonly Sheet[], wanted: string): CellSheet {
  const found = spellings(wanted).flatMap((name) => sheets.find((sheet) => isSameName(sheet.name, name)) ?? [])[0];
  if (found && hasCells(found)) return found;
  const what = found ? "holds no cells" : "is not in the workbook";
  const others = nameList(sheets.filter(hasCells).map(({ name }) => name));
  const text = `Sheet "${nameList([wanted])}" ${what}; it has: ${others}. Rename the sheet, or change the sheet name of the entity line.`;
  throw new FormatError("badWorkbook", text);
}

/** Manifests of the original name a sheet as database drivers do: `Customer_groups$`, or `'Customer groups$'`. */
function spellings(wanted: string): readonly string[] {
  const bare = wanted.replace(/^'(.*)'$/s, "$1");
  return [wanted, bare, bare.replace(/\$$/, "")];
}

function hasCells(sheet: Sheet): sheet is CellSheet {
  return sheet.path !== undefined;
}
