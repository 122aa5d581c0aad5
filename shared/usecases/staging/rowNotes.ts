import { type LineRecord, linesOf, type RecordLines, recordsIn } from "../../domain/recordLines.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { isTaken, type StagedExtent, type StagingPlace } from "../../domain/stagedRow.ts";
import type { StagedRecords } from "../../ports/staging.ts";
import type { Ports } from "../../ports.ts";
import { copiedMark, keyOfLine, noteColumns, readRows, toNote } from "./stagedRows.ts";

/** What an execution finds out about staged rows, gathered while it goes through them and written at its end. */
export interface RowNotes {
  /** The row has these errors. */
  fail(line: number, errors: readonly RowError[]): Promise<void>;
  /** The row, which had an error, has none, unless one follows. */
  clear(line: number): Promise<void>;
  /** Writes the notes, and with them up to where rows were copied, if they were. */
  write(isCopied: boolean): Promise<void>;
  abandon(): Promise<void>;
}

export interface NotesOf {
  readonly place: StagingPlace;
  readonly extent: StagedExtent;
  readonly executionId: string;
  readonly fence: number;
}

const waitingMax = 1000;

/**
 * Notes in bounded memory. They are written in one commit, once for each execution, and on no row that somebody changed
 * since the execution was asked for.
 */
export function gatherNotes(ports: Ports, of: NotesOf): RowNotes {
  const byLine = ports.staging.open(of.executionId);
  let waiting: LineRecord[] = [];
  const flush = async (): Promise<void> => {
    await byLine.add(linesOf(waiting));
    waiting = [];
  };
  const note = async (line: number, values: readonly string[]): Promise<void> => {
    waiting.push({ key: keyOfLine(line), number: line, values });
    if (waiting.length >= waitingMax) await flush();
  };
  return {
    fail: (line, errors) =>
      note(line, [
        errors.map(({ field }) => field).join("; "),
        errors.map(({ code }) => code).join("; "),
        errors.map(textWithValue).join(" "),
      ]),
    clear: (line) => note(line, ["", "", ""]),
    async write(isCopied) {
      await flush();
      const notes = await byLine.finish();
      await ports.stagedRows.upsert(of.place, {
        idempotencyKey: `${of.executionId}/notes`,
        fence: of.fence,
        columns: noteColumns,
        keyColumns: [],
        records: () => changes(ports, of, notes, isCopied),
        truncateFirst: false,
        requireValid: () => Promise.resolve(),
      });
    },
    abandon: () => byLine.discard(),
  };
}

/**
 * Read anew for each race of the commit, beside the rows as they stand: so a note is written on the very row that it is
 * about, or not at all.
 */
async function* changes(
  ports: Ports,
  of: NotesOf,
  notes: StagedRecords,
  isCopied: boolean,
): AsyncGenerator<RecordLines> {
  const { extent, executionId } = of;
  const mark = toNote({ field: "", code: "", reason: String(extent.upTo), notedBy: executionId, isNotedCopied: true });
  if (isCopied) yield linesOf([{ key: copiedMark, number: 0, values: mark }]);
  const noted = lastOfEachLine(notes);
  let note = await noted.next();
  const snapshot = await ports.stagedRows.openSnapshot(of.place);
  for await (const rows of readRows(snapshot, 0, undefined)) {
    if (note.done) break;
    const written: LineRecord[] = [];
    for (const row of rows) {
      while (!note.done && note.value.number < row.line) note = await noted.next();
      if (note.done || note.value.number !== row.line || !isTaken(row, extent, executionId)) continue;
      const [field = "", code = "", reason = ""] = note.value.values;
      const isNotedCopied = isCopied && code === "";
      const values = toNote({ field, code, reason, notedBy: executionId, isNotedCopied });
      written.push({ key: keyOfLine(row.line), number: row.line, values });
    }
    if (written.length > 0) yield linesOf(written);
  }
  await noted.return();
}

/** What was noted last of a row counts. */
async function* lastOfEachLine(notes: StagedRecords): AsyncGenerator<LineRecord, void, undefined> {
  let last: LineRecord | undefined;
  for await (const batch of notes.records()) {
    for (const record of recordsIn(batch)) {
      if (last && last.number !== record.number) yield last;
      last = record;
    }
  }
  if (last) yield last;
}
