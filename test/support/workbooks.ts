import type { RecordsOf } from "../../shared/formats/fileFormat.ts";
import { openExcel } from "../../shared/formats/excel/excelReader.ts";
import type { SourceRow } from "../../shared/domain/rowBatch.ts";
import type { RecordReader } from "../../shared/formats/recordFormat.ts";
import { craftZip, type CraftedEntry } from "../formats/craftedZip.ts";
import { bytesOf } from "./definitions.ts";
import { noPace } from "./pace.ts";
import { collectRows } from "./rows.ts";

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** What a workbook is made of; what is left out is as a spreadsheet writes it. */
export interface Crafted {
  /** The content of `sheetData`, and more than that where it begins with another element. */
  readonly rows?: string;
  /** The sheets by name with their rows, in place of the one sheet. */
  readonly sheets?: readonly { readonly name: string; readonly rows: string; readonly state?: string }[];
  /** The `si` elements. */
  readonly strings?: string;
  /** The formats of cells by number: `<xf numFmtId="14"/>`. */
  readonly formats?: string;
  readonly numberFormats?: string;
  readonly workbookPr?: string;
  readonly contentType?: string;
  /** Parts that take the place of others of their name, or come in addition; null takes one away. */
  readonly parts?: Readonly<Record<string, string | Uint8Array | null>>;
}

export function workbookParts(crafted: Crafted): ReadonlyMap<string, string | Uint8Array> {
  const { strings, formats, numberFormats = "", workbookPr = "", parts = {} } = crafted;
  const sheets = crafted.sheets ?? [{ name: "Customer_groups", rows: crafted.rows ?? "" }];
  const type = crafted.contentType ?? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`;
  const own = sheets.map((_, index) => relation(`s${index}`, "worksheet", `worksheets/sheet${index + 1}.xml`));
  const listed = sheets.map(
    ({ name, state }, index) =>
      `<sheet name="${name}" sheetId="${index + 1}"${state ? ` state="${state}"` : ""} r:id="s${index}"/>`,
  );
  const relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
  const all: Record<string, string | Uint8Array | null> = {
    "[Content_Types].xml": `${xml}<Types><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>`,
    "_rels/.rels": `${xml}${relations}${relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "xl/_rels/workbook.xml.rels": `${xml}${relations}${own.join("")}${relation("t", "sharedStrings", "sharedStrings.xml")}${relation("u", "styles", "/xl/styles.xml")}</Relationships>`,
    "xl/workbook.xml": `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr ${workbookPr}/><sheets>${listed.join("")}</sheets></workbook>`,
    "xl/sharedStrings.xml": strings === undefined ? null : `${xml}<sst xmlns="${main}">${strings}</sst>`,
    "xl/styles.xml":
      formats === undefined
        ? null
        : `${xml}<styleSheet xmlns="${main}"><numFmts>${numberFormats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${formats}</cellXfs></styleSheet>`,
    ...Object.fromEntries(sheets.map(({ rows }, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(rows)])),
    ...parts,
  };
  return new Map(Object.entries(all).flatMap(([name, content]) => (content === null ? [] : [[name, content]])));
}

function sheetXml(rows: string): string {
  const content = rows.startsWith("<row") || rows === "" ? `<sheetData>${rows}</sheetData>` : rows;
  return `${xml}<worksheet xmlns="${main}">${content}</worksheet>`;
}

export function workbook(crafted: Crafted): Buffer {
  return craftZip(workbookEntries(crafted));
}

export function workbookEntries(crafted: Crafted): CraftedEntry[] {
  return [...workbookParts(crafted)].map(([name, content]) => ({ name, data: Buffer.from(content) }));
}

/** Rows of inline texts; a cell that begins with "<" is XML as it stands, and an empty one is left out. */
export function rowsOf(...rows: readonly (readonly string[])[]): string {
  return rows
    .map((cells, row) => `<row r="${row + 1}">${cells.map((cell, at) => cellOf(cell, at, row + 1)).join("")}</row>`)
    .join("");
}

function cellOf(text: string, at: number, row: number): string {
  const reference = `${String.fromCharCode(0x41 + at)}${row}`;
  if (text === "") return "";
  if (text.startsWith("<c")) return text.replace("<c", `<c r="${reference}"`);
  return `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;
}

export const anyRecords: RecordsOf = { entity: undefined, expected: [] };

export function openWorkbook(file: Uint8Array, of: RecordsOf = anyRecords): Promise<RecordReader> {
  return openExcel(bytesOf(file), of, noPace);
}

export async function rowsInWorkbook(crafted: Crafted, of: RecordsOf = anyRecords): Promise<SourceRow[]> {
  return collectRows((await openWorkbook(workbook(crafted), of)).batches);
}
