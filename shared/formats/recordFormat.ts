/** One data row of a source file. A row with a `problem` is a rejected record, never the end of the file. */
export interface SourceRow {
  /** Where the row begins, 1-based; the header of a delimited file is on line 1. */
  readonly line: number;
  /** May share memory with the text around it: copy what outlives the batch in number. */
  readonly cells: readonly string[];
  readonly problem?: RowProblem;
  /** The row's text as it stands in the file, where its cells alone would not tell: it has a problem, or may have. */
  readonly raw?: string;
}

export interface RowProblem {
  readonly code: string;
  readonly message: string;
}

/** An opened source file: its columns are known, its rows follow in file order and in batches of bounded size. */
export interface RecordReader {
  readonly columns: readonly string[];
  /** What the file looks like where its columns are hardly those that were meant; for errors of whoever needs others. */
  readonly hint?: string;
  /** Can be read once. Ending the loop early closes the source. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
}

export type RecordBatches = AsyncIterable<readonly (readonly string[])[]>;

/** Turns records into a file, streaming; each record has one cell per column, in the columns' order. */
export interface RecordWriter {
  write(columns: readonly string[], batches: RecordBatches): AsyncIterable<Uint8Array>;
}

/**
 * What can be wrong with a file as a whole. The DMF and FF codes are those that the original shows:
 * `DMF1855` another kind of file than the format says, `DMF1957` text that the code page cannot write,
 * `DMF2053` an empty file, `FF004` no usable header row.
 */
export type FormatErrorCode =
  | "DMF1855"
  | "DMF1957"
  | "DMF2053"
  | "FF004"
  | "badEncoding"
  | "badPackage"
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

  constructor(code: FormatErrorCode, message: string, line: number | null = null) {
    super(message);
    this.code = code;
    this.line = line;
  }
}
