import { firstErrorsMax, type RecordError } from "../../domain/execution.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { isReasonColumn, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { type LineRecord, linesOf, type RecordLines } from "../../domain/recordLines.ts";
import { delimiterOf, type DelimitedFormat } from "../../domain/sourceFormats/delimited.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { CELL_CHARACTERS_MAX } from "../../formats/csvProblems.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { textEncoderOf } from "../../formats/textEncoding.ts";
import { namedRow, type SourceRow } from "../../domain/rowBatch.ts";
import type { Ports } from "../../ports.ts";
import type { PreparedLine } from "./prepareImport.ts";
import { type Relay, createRelay } from "./relay.ts";

/**
 * The rejected records of one file, written while they are found: the row as it came, and in front of it why. A row that
 * could not be taken apart into its columns comes as one text, so that nobody takes what is left of it for its values.
 */
export interface FailedRecords {
  /** Now and then waits until some are written, so that the rows held in memory are few. */
  add(row: SourceRow, errors: readonly RowError[]): Promise<void>;
  count(): number;
  firstErrors(): readonly RecordError[];
  /** The file's name once it is whole; undefined when no record failed. */
  finish(): Promise<string | undefined>;
  /** Ends a file that was not finished, so that nothing of it stays. Harmless after `finish`. */
  abandon(): Promise<void>;
}

interface WrittenFile {
  readonly relay: Relay<RecordLines>;
  readonly stored: Promise<unknown>;
}

/** As many rows wait to be written as have so many cells: a file may make many of few, since each is filled up. */
const waitingCells = 20_000;
/** Or so many characters: a few hundred rows may be longer than all that memory holds. */
const waitingCharacters = 1024 * 1024;

export function collectFailedRecords(ports: Ports, line: PreparedLine, fileName: string): FailedRecords {
  const firstErrors: RecordError[] = [];
  const toValues = failedRow(line);
  let count = 0;
  let [pending, characters]: [LineRecord[], number] = [[], 0];
  let writing: WrittenFile | undefined;

  async function flush(): Promise<void> {
    if (pending.length === 0) return;
    writing ??= openFile(ports, line, fileName);
    await writing.relay.push(linesOf(pending));
    [pending, characters] = [[], 0];
  }

  return {
    count: () => count,
    firstErrors: () => firstErrors,
    async add(row, errors) {
      count += 1;
      for (const error of errors) {
        if (firstErrors.length < firstErrorsMax) firstErrors.push({ line: row.line, ...placeOf(row), ...error });
      }
      const values = toValues(row, errors);
      pending.push({ key: "", number: row.line, values });
      characters += lengthOf(values);
      if (pending.length * values.length >= waitingCells || characters >= waitingCharacters) await flush();
    },
    async finish() {
      await flush();
      if (!writing) return undefined;
      writing.relay.end();
      await writing.stored;
      writing = undefined;
      return fileName;
    },
    async abandon() {
      writing?.relay.fail(new Error("The file of failed records was abandoned."));
      await writing?.stored.catch(() => undefined);
    },
  };
}

function lengthOf(values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

/** A row as it stands in the file of failed records: why it failed, its text where it has no cells, and its cells. */
function failedRow(line: PreparedLine): (row: SourceRow, errors: readonly RowError[]) => (string | undefined)[] {
  const format = rejectsOf(line);
  const nothing = format.hasAbsentCells ? undefined : "";
  const keptCells = line.columns.flatMap((column, index) => (isReasonColumn(column) ? [] : [index]));
  const written = reasonWriter(format);
  return (row, errors) => {
    const raw = row.raw === undefined ? "" : unbroken(format, row.raw.slice(0, CELL_CHARACTERS_MAX));
    const cellOf = (index: number) => (row.absent?.has(index) ? nothing : (row.cells[index] ?? ""));
    const cells = keptCells.map((index) => (raw === "" ? cellOf(index) : nothing));
    return [...reasonsOf(row, errors).map(written), raw || nothing, ...cells];
  };
}

function rejectsOf({ format }: PreparedLine): DelimitedFormat {
  return fileFormatOf(format).rejects;
}

function openFile(ports: Ports, line: PreparedLine, fileName: string): WrittenFile {
  const relay = createRelay<RecordLines>();
  const columns = [...reasonColumns, rawColumn, ...line.columns.filter((column) => !isReasonColumn(column))];
  const writer = fileFormatOf(rejectsOf(line)).createWriter(
    { entity: line.entity, expected: columns },
    ports.startPace(),
  );
  const file = writer.write(columns, relay.items);
  return { relay, stored: relay.guard(ports.files.store("executions", fileName, file)) };
}

function placeOf(row: SourceRow): { readonly place?: string } {
  return row.place ? { place: namedRow(row) } : {};
}

function reasonsOf(row: SourceRow, errors: readonly RowError[]): readonly string[] {
  const where = row.place ? `${namedRow(row)}: ` : "";
  return [
    String(row.line),
    errors.map((error) => error.field).join("; "),
    errors.map((error) => error.code).join("; "),
    where + errors.map((error) => textWithValue(error)).join(" "),
  ];
}

/**
 * How reasons are written. The cells came out of the format and go back into it, but the reasons are ours: they lose what
 * the format cannot hold, since a file of failed records that cannot be written would end the import, and none is a
 * formula for the spreadsheet in which people open the file.
 */
function reasonWriter(format: DelimitedFormat): (reason: string) => string {
  const encoder = textEncoderOf(format.codePage);
  const known = (text: string): string =>
    text.replace(/[^\t\n\r -~]/gu, (character) => (encoder.encode(character) === undefined ? "?" : character));
  return (reason) => unbroken(format, known(reason)).replace(/^[=+\-@\t\r]/, "'$&");
}

function unbroken(format: DelimitedFormat, text: string): string {
  if (format.textQualifier !== null) return text;
  return text.replaceAll(delimiterOf(format), " ").replace(/[\r\n]+/g, " ");
}
