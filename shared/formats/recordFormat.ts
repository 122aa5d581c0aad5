import type { TextQualifierUse } from "../domain/fieldMapLine.ts";
import type { Oddity } from "../domain/oddCells.ts";
import type { LineRecord, RecordLines } from "../domain/recordLines.ts";
import type { RowBatch } from "../domain/rowBatch.ts";

/** An opened source file: its columns are known, its rows follow in file order and in batches of bounded size. */
export interface RecordReader {
  readonly columns: readonly string[];
  /** What the file looks like where its columns are hardly those that were meant; for errors of whoever needs others. */
  readonly hint?: string;
  /** Can be read once; each is good until the next one is asked for. Ending the loop early closes the source. */
  readonly batches: AsyncIterable<RowBatch>;
  /** What is odd about the rows read so far, the header row included. */
  readonly oddities: () => readonly Oddity[];
  /** What people call a cell, by its row and the number of its column, in formats whose files have names for them. */
  readonly nameOfCell?: (line: number, column: number) => string;
  /** What the file calls a record, in formats whose files do: the first one, where none was meant. */
  readonly recordName?: string;
  /** Where the header of a delimited file ends in its text, in bytes of UTF-8. */
  readonly headerEndsAt?: number;
}

/** Names a record and one of its values for people, such as `Record "C-001", field "NAME",`. */
export type NameOfCell = (record: LineRecord, cell: number) => string;

/** Turns records into a file, streaming. */
export interface RecordWriter {
  /**
   * The values of each line stand beside the columns; an empty one is written as the column's `defaults` say, where they
   * say anything. An error of a value names it by number, and for people by `nameOf`. A format that has a text qualifier
   * uses it in each column as its `qualifiers` say; one that has none refuses to. Each piece of a format that is no zip has
   * memory of its own.
   */
  write(
    columns: readonly string[],
    batches: AsyncIterable<RecordLines>,
    defaults?: readonly string[],
    nameOf?: NameOfCell,
    qualifiers?: readonly (TextQualifierUse | undefined)[],
  ): AsyncIterable<Uint8Array>;
}

/**
 * What can be wrong with a file as a whole. The DMF and FF codes are those that the original shows:
 * `DMF1830` malformed XML, `DMF1855` another kind of file than the format says, `DMF1957` text that the code page cannot
 * write, `DMF2009` more columns than a sheet may have, `DMF2042` more rows, `DMF2053` an empty file, `DMF2055` a character
 * that XML cannot hold, `FF004` no usable header row, `MAP011` XML without the element that is meant.
 */
export type FormatErrorCode =
  | "DMF1830"
  | "DMF1855"
  | "DMF1957"
  | "DMF2009"
  | "DMF2042"
  | "DMF2053"
  | "DMF2055"
  | "FF004"
  | "MAP011"
  | "badEncoding"
  | "badPackage"
  | "badWorkbook"
  | "badXml"
  | "missingFile"
  | "overLimit"
  | "unclosedQuote"
  | "unwritable"
  | "unknownCodePage";

/** A file that cannot be read, or written, any further. The message says what, where, and what to do about it. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;
  /** The line of the file, 1-based, where one is known. */
  readonly line: number | null;
  /** The same for people who may see records: it may name one by its key, and belongs into no log. */
  readonly shown: string;

  constructor(code: FormatErrorCode, message: string, line: number | null = null, shown: string = message) {
    super(message);
    this.code = code;
    this.line = line;
    this.shown = shown;
  }
}
