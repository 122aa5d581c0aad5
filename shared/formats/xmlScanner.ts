import type { DataEntity } from "../domain/dataEntity.ts";
import { oddityTally, type OddityTally } from "../domain/oddCells.ts";
import type { RowBatch } from "../domain/rowBatch.ts";
import type { XmlFormat } from "../domain/sourceFormats/xml.ts";
import { addBrokenRow, addRow, type CellBuffer, cellBuffer, takeRows } from "./cellBuffer.ts";
import { COLUMNS_MAX, ROW_CHARACTERS_MAX } from "./csvProblems.ts";
import { FormatError } from "./recordFormat.ts";
import { type XmlColumns, xmlColumns } from "./xmlColumns.ts";
import { nameCharactersMax, type XmlEvents, xmlParser } from "./xmlParser.ts";
import { type XmlRow, xmlRows, type XmlRowsOf } from "./xmlRows.ts";

/** Takes a document that arrives in pieces apart into rows. While its beginning is looked at it gives none. */
export interface XmlScanner {
  write(text: string): void;
  /** Call once, behind the last piece. */
  end(): void;
  /** The rows that have ended, good until the next piece; undefined where there are none. */
  take(): RowBatch | undefined;
  /** All of them once there are rows. */
  columns(): readonly string[];
  /** Cells of a row, so far. */
  width(): number;
  /** Rows that have ended. */
  rows(): number;
  root(): string;
  line(): number;
  isEnded(): boolean;
  /** Columns that no row had. */
  absentColumns(): readonly string[];
  readonly oddities: OddityTally;
}

/** Rows that are looked at for their columns, and text. */
const lookAheadRows = 500;
const lookAheadCharacters = 1024 * 1024;

interface Scan {
  readonly format: XmlFormat;
  readonly columns: XmlColumns;
  /** Of the columns, those that no row had so far. */
  readonly absent: Set<number>;
  readonly text: TextWindow;
  /** Rows that are looked at; none once there is a buffer. */
  readonly ahead: AheadRow[];
  buffer: CellBuffer | undefined;
  rows: number;
  characters: number;
  isEnded: boolean;
  root: string;
}

export function createXmlScanner(
  format: XmlFormat,
  expected: readonly string[],
  isRecord: (name: string) => boolean,
  entity?: DataEntity,
): XmlScanner {
  const oddities = oddityTally();
  const scan = newScan(format, expected);
  const { columns } = scan;
  const children = entity?.fields.some(({ embedded }) => embedded) ? { children: entity } : {};
  const parser = xmlParser(events(scan, { columns, isRecord, oddities, ...children, parser: () => parser }));
  return {
    write(piece) {
      scan.text.add(piece);
      scan.characters += piece.length;
      parser.write(piece);
      if (scan.text.isTooLong()) parser.refuse("overLimit", `A record is longer than ${ROW_CHARACTERS_MAX} characters`);
      lookAhead(scan);
    },
    end() {
      parser.end();
      scan.isEnded = true;
      lookAhead(scan);
    },
    take: () => scan.buffer && takeRows(scan.buffer),
    columns: () => columns.names,
    width: () => Math.max(1, columns.names.length),
    rows: () => scan.rows,
    root: () => scan.root,
    line: () => parser.place().line,
    isEnded: () => scan.isEnded,
    absentColumns: () => [...scan.absent].map((cell) => columns.names[cell] ?? ""),
    oddities,
  };
}

function newScan(format: XmlFormat, expected: readonly string[]): Scan {
  const columns = xmlColumns(expected, COLUMNS_MAX);
  const absent = new Set(columns.names.keys());
  const none = { rows: 0, characters: 0, isEnded: false, root: "" };
  return { format, columns, absent, text: textWindow(), ahead: [], buffer: undefined, ...none };
}

type Of = Pick<XmlRowsOf, "children" | "columns" | "isRecord" | "oddities" | "parser">;

function events(scan: Scan, of: Of): XmlEvents {
  const rows = xmlRows({
    ...of,
    fieldsAre: scan.format.kind === "xmlElement" ? "elements" : "attributes",
    onBegin: (offset) => scan.text.begin(offset),
    onRow(row) {
      const raw = scan.text.end(row.problem && of.parser().place().offset);
      scan.rows += 1;
      if (scan.absent.size > 0) forgetAbsent(scan.absent, row);
      if (scan.buffer) add(scan.buffer, row, scan.rows, raw);
      else scan.ahead.push({ row: { ...row, cells: [...row.cells], place: { ...row.place } }, raw });
    },
  });
  const open = (name: string): void => {
    if (scan.root === "") scan.root = name;
    rows.open(name);
  };
  return { ...rows, open };
}

function forgetAbsent(absent: Set<number>, { cells }: XmlRow): void {
  for (const cell of absent) if (cells[cell] !== undefined) absent.delete(cell);
}

/** Fixes the columns once enough rows were seen. */
function lookAhead(scan: Scan): void {
  const { ahead, characters, columns, isEnded } = scan;
  if (scan.buffer) return;
  const isEnough = ahead.length >= lookAheadRows || (ahead.length > 0 && characters >= lookAheadCharacters);
  if (!isEnough && !isEnded) return;
  requireShape(ahead, scan.format);
  columns.close();
  scan.buffer = cellBuffer(columns.names.length);
  for (const [index, { row, raw }] of ahead.entries()) add(scan.buffer, row, index + 1, raw);
  ahead.length = 0;
}

interface AheadRow {
  readonly row: XmlRow;
  readonly raw: string | undefined;
}

function add(buffer: CellBuffer, { cells, problem, place }: XmlRow, number: number, raw = ""): void {
  if (!problem) addRow(buffer, cells, number, place);
  else addBrokenRow(buffer, { line: number, cells: Array.from(cells, (cell) => cell ?? ""), problem, raw }, place);
}

/** Records that have nothing in the shape of the format, but something in the other's, are a file of the other. */
function requireShape(ahead: readonly AheadRow[], { kind, name }: XmlFormat): void {
  if (ahead.some(({ row }) => row.hasOwn) || !ahead.some(({ row }) => row.hasOther)) return;
  const shapes = ["XML-Element (fields as elements of a record)", "XML-Attribute (fields as its attributes)"];
  const [expected, found] = kind === "xmlElement" ? shapes : shapes.toReversed();
  const text = `Expected ${expected}, as format "${name}" is, found ${found}. Send the format of the entity line, or change the line.`;
  throw new FormatError("DMF1855", text);
}

/** The text since the record that is open began: what a record that cannot be read looked like. */
interface TextWindow {
  add(piece: string): void;
  /** A record's element begins at the offset, or at the first "<" behind it. */
  begin(offset: number): void;
  /** The record's text, where it is wanted up to an offset. */
  end(offset: number | undefined): string | undefined;
  isTooLong(): boolean;
}

/** Of an opening tag up to the end of its name. */
const openingCharactersMax = nameCharactersMax + 4;

function textWindow(): TextWindow {
  const pieces: string[] = [];
  /** Where the first piece begins, where the last one ends, and where the open record begins; -1 for none. */
  let [from, to, row] = [0, 0, -1];
  return {
    add(piece) {
      // A record may begin in the name of its element, before anybody tells of it.
      const needed = row < 0 ? to - openingCharactersMax : row;
      while (pieces.length > 0 && from + pieces[0]!.length <= needed) from += pieces.shift()!.length;
      pieces.push(piece);
      to += piece.length;
    },
    begin(offset) {
      row = offset;
    },
    end(offset) {
      const raw = offset === undefined ? undefined : pieces.join("").slice(Math.max(0, row - from), offset - from);
      row = -1;
      return raw?.slice(raw.indexOf("<"));
    },
    isTooLong: () => row >= 0 && to - row > ROW_CHARACTERS_MAX,
  };
}
