import { type SourceFormat, columnDelimiters } from "../domain/sourceFormat.ts";
import type { Pace } from "../ports/pace.ts";
import { FormatError } from "./recordFormat.ts";
import type { RecordBatches, RecordWriter } from "./recordFormat.ts";
import { textEncoderOf } from "./textEncoding.ts";
import type { TextEncoder } from "./textEncoding.ts";

/** All that writing a cell needs, computed once per file. */
interface Layout {
  readonly delimiter: string;
  readonly qualifier: string | null;
  readonly encoder: TextEncoder;
  readonly codePage: number;
  /** Finds what may not stand in a cell without qualifiers. */
  readonly special: RegExp;
}

type Cells = readonly string[];

/** A chunk holds as many records as have so many cells: between two of them the writer may rest. */
const chunkCells = 10_000;
const rowEnd = "\r\n";

/**
 * Writes delimited files: rows end in CRLF, cells are qualified where RFC 4180 asks for it. A value
 * that the format cannot hold ends the file with an error that names record and column.
 */
export function createCsvWriter(format: SourceFormat, pace: Pace): RecordWriter {
  return { write: (columns, batches) => writeCsv(columns, batches, format, pace) };
}

async function* writeCsv(
  columns: readonly string[],
  batches: RecordBatches,
  format: SourceFormat,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const layout = layoutOf(format);
  const start = format.hasHeader ? encodeRecords(layout, columns, [columns], 0) : new Uint8Array(0);
  if (layout.encoder.byteOrderMark.length + start.length > 0) {
    yield Buffer.concat([layout.encoder.byteOrderMark, start]);
  }
  const chunkRecords = Math.ceil(chunkCells / Math.max(1, columns.length));
  let written = 0;
  for await (const batch of batches) {
    for (let from = 0; from < batch.length; from += chunkRecords) {
      yield encodeRecords(layout, columns, batch.slice(from, from + chunkRecords), written + from + 1);
      if (pace.isOver()) await pace.rest();
    }
    written += batch.length;
  }
}

function layoutOf(format: SourceFormat): Layout {
  const { codePage, textQualifier: qualifier } = format;
  const delimiter = columnDelimiters[format.columnDelimiter];
  return {
    delimiter,
    qualifier,
    codePage,
    encoder: textEncoderOf(codePage),
    special: new RegExp(`[\r\n${escaped(delimiter)}${escaped(qualifier ?? "")}]`, "u"),
  };
}

function escaped(character: string): string {
  return character === "" ? "" : `\\u{${character.charCodeAt(0).toString(16)}}`;
}

function encodeRecords(layout: Layout, columns: Cells, batch: readonly Cells[], firstNumber: number): Uint8Array {
  let text = "";
  for (const [index, record] of batch.entries()) {
    text += recordText(layout, columns, record, firstNumber + index);
  }
  return layout.encoder.encode(text) ?? refuseCharacter(layout, columns, batch, firstNumber);
}

function recordText(layout: Layout, columns: Cells, record: Cells, number: number): string {
  if (record.length !== columns.length) {
    throw new FormatError("unwritable", `Record ${number} has ${record.length} cells for ${columns.length} columns.`);
  }
  const { delimiter, qualifier, special } = layout;
  // One empty cell alone would be a blank line, which readers skip.
  if (record.length === 1 && record[0] === "" && qualifier !== null) {
    return qualifier + qualifier + rowEnd;
  }
  let text = "";
  for (let index = 0; index < record.length; index += 1) {
    const cell = record[index] ?? "";
    if (index > 0) text += delimiter;
    if (!special.test(cell)) text += cell;
    else if (qualifier === null) refuseSpecial(columns, number, index);
    else text += qualifier + cell.replaceAll(qualifier, qualifier + qualifier) + qualifier;
  }
  return text + rowEnd;
}

function refuseSpecial(columns: Cells, number: number, index: number): never {
  throw new FormatError(
    "unwritable",
    `${placeOf(columns, number, index)} holds a column delimiter or a line break, and the format has no text ` +
      "qualifier to protect it. Give the source format a text qualifier.",
  );
}

/** Finds the character that the code page cannot write, and names it by number: contents stay out of messages. */
function refuseCharacter(layout: Layout, columns: Cells, batch: readonly Cells[], firstNumber: number): never {
  for (const [row, record] of batch.entries()) {
    for (const [index, cell] of record.entries()) {
      const character = Array.from(cell).find((each) => layout.encoder.encode(each) === undefined);
      if (character === undefined) continue;
      const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw new FormatError(
        "DMF1957",
        `${placeOf(columns, firstNumber + row, index)} holds U+${codePoint}, which code page ${layout.codePage} cannot ` +
          "write. Choose CSV-Unicode or code page 65001.",
      );
    }
  }
  throw new FormatError("DMF1957", `The file holds text that code page ${layout.codePage} cannot write.`);
}

function placeOf(columns: Cells, number: number, index: number): string {
  const column = columns[index] ?? `${index + 1}`;
  return number === 0 ? `The header of column ${JSON.stringify(column)}` : `Record ${number}, column ${column},`;
}
