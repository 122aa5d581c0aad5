import type { DataEntity, FieldType } from "../domain/dataEntity.ts";
import type { MemberError } from "../domain/errors.ts";
import type { DelimitedFormat } from "../domain/sourceFormats/delimited.ts";
import type { Pace } from "../ports/pace.ts";
import type { RecordReader, RecordWriter } from "./recordFormat.ts";

/** Whose records a file holds, for formats whose files say so. */
export interface RecordsOf {
  /** Undefined where the entity is only about to be made, from a sample. */
  readonly entity: DataEntity | undefined;
  /**
   * Columns that may be meant, for formats in which a row need not have each, so that a file's beginning does not show
   * them all. The other formats have what their files have.
   */
  readonly expected: readonly string[];
  /** Whether a map names them, so that it is worth a word where no row has one. */
  readonly isMapped?: boolean;
  /** Of a workbook, where somebody said it. */
  readonly sheetName?: string;
  /** Of the fields that feed the columns of a file to be written; without them all values are texts. */
  readonly types?: readonly (FieldType | undefined)[];
}

/** How the files of one source data format are read and written. Each kind of format is one file of this room. */
export interface FileFormat {
  /** Without a point. */
  readonly extension: string;
  /** Whether its files call their columns by name; otherwise they go by their numbers. */
  readonly hasColumnNames: boolean;
  /** Whether its files are XML documents. */
  readonly isXml?: boolean;
  /** What an empty value of a type is written as, in invariant form, where it is not empty too. */
  readonly emptyValueOf?: (type: FieldType) => string;
  /** Whether cells can stand in text qualifiers. */
  readonly hasTextQualifier?: boolean;
  /** Its files are zips, as data packages are. */
  readonly isZip?: true;
  /** The sheet that records are written to, in formats whose files have sheets. */
  readonly sheetNameOf?: (of: RecordsOf) => string;
  /** The format in which rows that were rejected are written, with a header row. */
  readonly rejects: DelimitedFormat;
  /** Rules of the format's settings that only reader and writer know. */
  problems(): readonly MemberError[];
  /** Reads as far as the first row. A file of another kind is a `FormatError` DMF1855 that names both. */
  open(bytes: AsyncIterable<Uint8Array>, of: RecordsOf, pace: Pace): Promise<RecordReader>;
  createWriter(of: RecordsOf, pace: Pace): RecordWriter;
}
