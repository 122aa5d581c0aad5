import { cellChanger, type ChangedCells } from "../../domain/cellChanges.ts";
import { headerEntryName, manifestEntryName, findEntryName } from "../../domain/dataPackage.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { doubledCode, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { linesOf, type RecordLines } from "../../domain/recordLines.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import { writeZip, type ZipInput } from "../../formats/zipWriter.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { openStoredPackage } from "../sources/openPackage.ts";
import { type RejectedFile, type RejectedRow, type RejectedRows, openRejected } from "../watch/rejectedRows.ts";

/** A rejected row that somebody changes. */
export interface ChangedRow {
  readonly line: number;
  /** By column of the file, as the format writes them; all others stay. */
  readonly values: Readonly<Record<string, string>>;
}

/** What becomes of rejected rows, by their lines. */
export interface RowDecisions {
  readonly rows: readonly ChangedRow[];
  /** Those that nobody wants any more. */
  readonly leaveOut: readonly number[];
}

/**
 * The changed rows as a file of rejected rows has them, with no reason in front: so every format takes them back. Throws
 * `invalid` at its end for rows that are not there, or that nobody changed.
 */
export async function mendedBytes(
  ports: Ports,
  file: RejectedFile,
  decisions: RowDecisions,
  pace: Pace,
): Promise<AsyncIterable<Uint8Array>> {
  const rejected = await openRejected(ports, file, pace);
  const columns = [...reasonColumns, rawColumn, ...rejected.columns];
  const writer = fileFormatOf(file.rejects).createWriter({ entity: undefined, expected: columns }, pace);
  return writable(writer.write(columns, changedLines(file, rejected, decisions)));
}

/** Of a package: the same, with all that the package says about it. */
export async function mendedPackage(
  ports: Ports,
  message: InboundMessage,
  entry: string,
  bytes: AsyncIterable<Uint8Array>,
  pace: Pace,
): Promise<AsyncIterable<Uint8Array>> {
  const { archive } = await openStoredPackage(ports, message.id, pace);
  const names = archive.entries.map(({ name }) => name);
  async function* entries(): AsyncGenerator<ZipInput> {
    for (const wanted of [headerEntryName, manifestEntryName]) {
      const name = findEntryName(names, wanted);
      if (name !== undefined) yield { name, bytes: archive.open(name) };
    }
    yield { name: entry, bytes };
  }
  return writeZip(entries(), { modifiedAt: message.enqueuedAt });
}

async function* changedLines(
  file: RejectedFile,
  { columns, batches }: RejectedRows,
  { rows, leaveOut }: RowDecisions,
): AsyncGenerator<RecordLines> {
  const wanted = new Map(rows.map((row, index) => [row.line, { row, index }]));
  const left = new Map(leaveOut.map((line, index) => [line, `leaveOut[${index}]`]));
  const absent = file.rejects.hasAbsentCells ? undefined : "";
  const change = rowChanger(columns);
  const problems: MemberError[] = [];
  for await (const batch of batches) {
    const records = batch.rows.flatMap((rejected) => {
      const found = wanted.get(rejected.line);
      left.delete(rejected.line);
      if (!found) return [];
      wanted.delete(rejected.line);
      const { cells, wrong } = change(rejected, found.row, found.index);
      problems.push(...wrong);
      const values = [String(rejected.line), ...noReason.map(() => absent), ...cells.map((cell) => cell ?? absent)];
      return [{ key: "", number: rejected.line, values }];
    });
    if (records.length > 0) yield linesOf(records);
  }
  problems.push(...[...wanted.values()].map(({ row, index }) => unknownRow(`rows[${index}].line`, row.line)));
  problems.push(...[...left].map(([line, path]) => unknownRow(path, line)));
  const [first] = problems;
  if (first) throw new DomainError("invalid", `${first.path}: ${first.message}`, problems);
}

function unknownRow(path: string, line: number): MemberError {
  return { path, message: `The run rejected no row of line ${line}.` };
}

const noReason = [...reasonColumns.slice(1), rawColumn];

type RowChanger = (rejected: RejectedRow, row: ChangedRow, index: number) => ChangedCells;

function rowChanger(columns: readonly string[]): RowChanger {
  const change = cellChanger(columns);
  return ({ code, raw, cells: before }, { line, values }, index) => {
    const { cells, wrong } = change(raw === "" ? before : [], values, `rows[${index}].values`);
    const isChanged = raw !== "" ? cells.some((cell) => cell) : cells.some((cell, at) => cell !== before[at]);
    if (wrong.length > 0 || isChanged || (code === doubledCode && raw === "")) return { cells, wrong };
    const message = `Nothing is changed in the row of line ${line}: leave it out, and it stays rejected.`;
    return { cells, wrong: [{ path: `rows[${index}]`, message }] };
  };
}

/** What the file's format cannot hold is the caller's to change. */
async function* writable(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (error instanceof FormatError) throw new DomainError("invalid", error.message);
    throw error;
  }
}
