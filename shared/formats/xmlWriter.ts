import type { DataEntity } from "../domain/dataEntity.ts";
import { isSameName } from "../domain/dataEntity.ts";
import { upperCased } from "../domain/fieldMap.ts";
import { backslash, recordAt, type RecordLines, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import { shownValue } from "../domain/shownValue.ts";
import type { XmlFormat } from "../domain/sourceFormats/xml.ts";
import type { Pace } from "../ports/pace.ts";
import type { RecordsOf } from "./fileFormat.ts";
import { FormatError, type NameOfCell, type RecordWriter } from "./recordFormat.ts";
import { type ChildrenWriter, childrenWriter } from "./xmlChildren.ts";
import { encodeXmlName } from "./xmlNames.ts";

/** All that writing a record needs, computed once per file. */
interface Layout {
  readonly columns: readonly string[];
  readonly rowStart: Buffer;
  readonly rowEnd: Buffer;
  /** Between the fields and the children. */
  readonly beforeChildren: Buffer;
  readonly before: readonly Buffer[];
  readonly behind: readonly Buffer[];
  readonly empty: readonly Buffer[];
  /** As they stand in the file; none where no column has one. */
  readonly defaults: readonly string[];
  /** 1 for each byte that ends a value, or asks for a closer look at it. */
  readonly stops: Uint8Array;
  /** Finds what is written by a reference. */
  readonly special: RegExp;
  /** For each column that holds children's records how they are written; undefined where there are none. */
  readonly children: readonly (ChildrenWriter | undefined)[] | undefined;
  readonly nameOf?: NameOfCell;
}

const lineBreak = "\r\n";
const start = `<?xml version="1.0" encoding="utf-8"?>${lineBreak}<Document>${lineBreak}`;
const end = `</Document>${lineBreak}`;

const references: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};
/** Controls but tab, line feed and carriage return; and what is no character. */
const illegal = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff\p{Surrogate}]/u;

/** Writes XML as the original does: UTF-8, and each record on a line of its own. */
export function createXmlWriter(format: XmlFormat, of: RecordsOf, pace: Pace): RecordWriter {
  return {
    write: (columns, batches, defaults = [], nameOf) =>
      writeXml({ ...layoutOf(format, of.entity, columns, defaults), ...(nameOf && { nameOf }) }, batches, pace),
  };
}

async function* writeXml(
  layout: Layout,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(start);
  let written = 0;
  for await (const batch of batches) {
    yield writeRecords(layout, batch, written + 1);
    written += batch.count;
    if (pace.isOver()) await pace.rest();
  }
  yield Buffer.from(end);
}

function layoutOf(
  format: XmlFormat,
  entity: DataEntity | undefined,
  columns: readonly string[],
  defaults: readonly string[],
): Layout {
  const isElement = format.kind === "xmlElement";
  const row = writtenName(format, entity?.aotName ?? "Record");
  const names = columns.map((column) => writtenName(format, definedName(entity, column)));
  const special = isElement ? /[<>&\r]/g : /[<>&"\r\n\t]/g;
  const written = defaults.map((value, index) => escaped(special, value) ?? refuseDefault(columns, index, value));
  const children = childrenOf(format, entity, columns, (value) => escaped(special, value));
  return {
    columns,
    children,
    rowStart: Buffer.from(isElement ? `<${row}>` : `<${row}`),
    rowEnd: Buffer.from((isElement || children ? `</${row}>` : " />") + lineBreak),
    beforeChildren: Buffer.from(isElement ? "" : ">"),
    before: names.map((name) => Buffer.from(isElement ? `<${name}>` : ` ${name}="`)),
    behind: names.map((name) => Buffer.from(isElement ? `</${name}>` : '"')),
    empty: names.map((name) => Buffer.from(isElement ? `<${name}/>` : ` ${name}=""`)),
    defaults: written.some((value) => value !== "") ? written : [],
    stops: stopBytes(isElement ? "<>&" : '<>&"'),
    special,
  };
}

function childrenOf(
  format: XmlFormat,
  entity: DataEntity | undefined,
  columns: readonly string[],
  escape: (value: string) => string | undefined,
): Layout["children"] {
  if (!entity?.fields.some(({ embedded }) => embedded)) return undefined;
  const fieldsAre = format.kind === "xmlElement" ? "elements" : "attributes";
  const nameOf = (name: string): string => writtenName(format, name);
  return columns.map((column) => {
    const { embedded } = entity.fields.find(({ name }) => isSameName(name, column)) ?? {};
    return embedded && childrenWriter(embedded, fieldsAre, nameOf, escape);
  });
}

/** As the entity spells a field; a column of another name stays as it is. */
function definedName(entity: DataEntity | undefined, column: string): string {
  return entity?.fields.find(({ name }) => isSameName(name, column))?.name ?? column;
}

function writtenName({ names }: XmlFormat, name: string): string {
  const lower = name.toLowerCase();
  if (names === "upper") return encodeXmlName(upperCased(name));
  return encodeXmlName(names === "lower" && isSameName(lower, name) ? lower : name);
}

/** What stands in a line with a backslash, controls, and the beginning of U+FFFE and U+FFFF. */
function stopBytes(signs: string): Uint8Array {
  const stops = new Uint8Array(256).fill(1, 0, 0x20);
  stops[backslash] = 1;
  stops[0xef] = 1;
  for (const sign of signs) stops[sign.charCodeAt(0)] = 1;
  return stops;
}

interface Output {
  bytes: Buffer;
  filled: number;
  /** The elements of the children of the record under way, which stand behind its fields. */
  children: string;
}

function writeRecords(layout: Layout, batch: RecordLines, firstNumber: number): Uint8Array {
  const { count, starts, ends } = batch;
  const sizeBytes = count === 0 ? 0 : ends[count - 1]! - starts[0]!;
  const output: Output = { bytes: Buffer.allocUnsafeSlow(3 * sizeBytes + 1024), filled: 0, children: "" };
  for (let index = 0; index < count; index += 1) writeRecord(layout, batch, index, output, firstNumber + index);
  return output.bytes.subarray(0, output.filled);
}

function writeRecord(layout: Layout, batch: RecordLines, index: number, output: Output, number: number): void {
  const { stops, columns } = layout;
  const { bytes } = batch;
  const lineEnd = batch.ends[index]!;
  let cells = 0;
  copy(layout.rowStart, output);
  for (let at = startOfValues(bytes, batch.starts[index]!); at <= lineEnd; at += 1) {
    const from = at;
    while (at < lineEnd && stops[bytes[at]!] === 0) at += 1;
    const isPlain = at === lineEnd || bytes[at] === tab;
    if (!isPlain) while (at < lineEnd && bytes[at] !== tab) at += 1;
    if (cells >= columns.length) {
      throw new FormatError("unwritable", `Record ${number} has more cells than the ${columns.length} columns.`);
    }
    const children = layout.children?.[cells];
    if (at === from && !children) writeEmpty(layout, cells, output);
    else if (isPlain && !children) writePlain(layout, cells, bytes.subarray(from, at), output);
    else if (!isAbsent(bytes, from, at)) {
      const value = decodeText(bytes.toString("utf8", from, at));
      const text = children ? children(value) : escaped(layout.special, value);
      const written = text ?? refuseValue(layout, batch, index, number, cells);
      if (children) output.children += written;
      else writePlain(layout, cells, Buffer.from(written), output);
    }
    cells += 1;
  }
  if (cells < columns.length) {
    throw new FormatError("unwritable", `Record ${number} has ${cells} cells for ${columns.length} columns.`);
  }
  if (layout.children) {
    copy(layout.beforeChildren, output);
    copy(Buffer.from(output.children), output);
    output.children = "";
  }
  copy(layout.rowEnd, output);
}

function writePlain({ before, behind }: Layout, cell: number, value: Uint8Array, output: Output): void {
  copy(before[cell]!, output);
  copy(value, output);
  copy(behind[cell]!, output);
}

function writeEmpty(layout: Layout, cell: number, output: Output): void {
  const value = layout.defaults[cell] ?? "";
  if (value === "") copy(layout.empty[cell]!, output);
  else writePlain(layout, cell, Buffer.from(value), output);
}

/** A value that the record does not have, in contrast to an empty one. */
function isAbsent(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 2 && bytes[from] === backslash && bytes[from + 1] === letterN;
}

const letterN = 0x4e;
/** Pieces up to this length are copied byte by byte, which is then faster. */
const shortBytes = 32;

function copy(piece: Uint8Array, output: Output): void {
  const { length } = piece;
  if (output.filled + length > output.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(2 * (output.filled + length));
    output.bytes.copy(larger, 0, 0, output.filled);
    output.bytes = larger;
  }
  if (length > shortBytes) output.bytes.set(piece, output.filled);
  else for (let at = 0; at < length; at += 1) output.bytes[output.filled + at] = piece[at]!;
  output.filled += length;
}

/** The value with references for what may not stand in it; undefined where XML cannot hold it. */
function escaped(special: RegExp, value: string): string | undefined {
  if (illegal.test(value)) return undefined;
  return value.replaceAll(special, (sign) => references[sign] ?? sign);
}

/** Of a list of children's records it may be the escape that JSON writes. */
function illegalIn(value: string): string | undefined {
  const written = /\\u([0-9a-f]{4})/u.exec(value)?.[1];
  return (
    illegal.exec(value)?.[0] ?? (written === undefined ? undefined : String.fromCharCode(Number.parseInt(written, 16)))
  );
}

function whyIllegal(value: string): string {
  const code = (illegalIn(value)?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `holds U+${code}, which XML cannot hold (DMF2055). Remove it, or choose a format of delimited text.`;
}

function refuseDefault(columns: readonly string[], cell: number, value: string): never {
  const column = shownValue(columns[cell] ?? "");
  throw new FormatError("DMF2055", `The default value of column ${column} ${whyIllegal(value)}`);
}

/** Names the value by number where it may be logged, and by the record's key for people. */
function refuseValue(layout: Layout, batch: RecordLines, index: number, number: number, cell: number): never {
  const record = recordAt(batch, index);
  const why = whyIllegal(record.values[cell] ?? "");
  const message = `Record ${number}, column ${shownValue(layout.columns[cell] ?? "")}, ${why}`;
  throw new FormatError("DMF2055", message, null, layout.nameOf ? `${layout.nameOf(record, cell)} ${why}` : message);
}
