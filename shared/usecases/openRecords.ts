import { type SourceFormat, columnDelimiters, isUnicodeRequired } from "../domain/sourceFormat.ts";
import { openCsv } from "../formats/csvReader.ts";
import type { DelimitedFormat } from "../formats/delimitedFormat.ts";
import { FormatError, type RecordReader } from "../formats/recordFormat.ts";

/** Opens a file in its source data format; whatever is wrong with it names the file. */
export async function openRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: SourceFormat,
  fileName: string,
): Promise<RecordReader> {
  const reader = await named(fileName, () => openCsv(bytes, toDelimited(format)));
  return { columns: reader.columns, batches: namedBatches(fileName, reader) };
}

/** The stored definition in the words of the reader and the writer. */
export function toDelimited(format: SourceFormat): DelimitedFormat {
  return {
    kind: "delimited",
    columnDelimiter: columnDelimiters[format.columnDelimiter],
    textQualifier: format.textQualifier,
    codePage: format.codePage,
    hasHeader: format.hasHeader,
    isUnicodeRequired: isUnicodeRequired(format),
  };
}

async function* namedBatches(fileName: string, reader: RecordReader): RecordReader["batches"] {
  try {
    yield* reader.batches;
  } catch (error) {
    throw withName(fileName, error);
  }
}

async function named<T>(fileName: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withName(fileName, error);
  }
}

function withName(fileName: string, error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  return new FormatError(error.code, `${fileName}: ${error.message}`, error.line);
}
