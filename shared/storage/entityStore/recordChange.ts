import { foldName } from "../../domain/foldName.ts";
import { backslash, startOfValues } from "../../domain/recordLines.ts";
import type { UpsertCommit } from "../../ports/entityStore.ts";
import type { ByteRange } from "../segments/byteRange.ts";
import {
  beginCells,
  type Cells,
  cells,
  cellWriter,
  forget,
  isFilled,
  isGiven,
  isSameCell,
  takeApart,
  textOf,
  writeCell,
  writeText,
} from "../segments/cells.ts";
import { columnsAt, type LineCursor } from "../segments/lineCursor.ts";
import { projecting } from "./layers.ts";
import { placesOf } from "./projection.ts";

export type Fate = "created" | "updated" | "unchanged";

/**
 * What becomes of a record that comes in, of which a line may be stored: its values, good until the next one. `mayKeep`
 * is false where it surely has no value to keep.
 */
export interface RecordChange {
  of(record: ByteRange, found: LineCursor | undefined, mayKeep: boolean): Changed;
  /** Whether it is stored as it stands, but for the spelling of its key. */
  isWhole(record: ByteRange, mayKeep: boolean): boolean;
}

export interface Changed {
  readonly fate: Fate;
  readonly values: ByteRange;
}

interface Columns {
  /** For each column of the lines to write the place among a record's values; -1 where it keeps what is stored. */
  readonly places: readonly number[];
  /** The places of the lines' values that a stored record keeps: those of its key. */
  readonly keyPlaces: readonly number[];
  /** A record's values are a line's as they stand, unless one of them is to be kept. */
  readonly isInOrder: boolean;
  /** The place of the lines' values that gets a number where it is empty; -1 for none. */
  readonly filled: number;
  readonly draw: () => string;
  /** For each column of the lines how its values are joined; undefined where none are. */
  readonly merges: readonly (Merge | undefined)[] | undefined;
}

type Merge = (stored: string, incoming: string) => string;

function mergesOf(columns: readonly string[], merges: UpsertCommit["merges"]): Columns["merges"] {
  if (!merges || merges.size === 0) return undefined;
  const byName = new Map([...merges].map(([name, merge]) => [foldName(name), merge]));
  return columns.map((column) => byName.get(foldName(column)));
}

/** `columns` are those of the lines to write: all that are stored, and the commit's own. */
export function recordChange(
  columns: readonly string[],
  commit: Pick<UpsertCommit, "columns" | "keyColumns" | "merges" | "numbers">,
  draw: () => string,
): RecordChange {
  const places = placesOf(columns, commit.columns);
  const merges = mergesOf(columns, commit.merges);
  const [filled = -1] = commit.numbers?.fills === undefined ? [] : placesOf([commit.numbers.fills], columns);
  const isSameOrder = places.length === commit.columns.length && places.every((place, index) => place === index);
  const keyPlaces = placesOf(commit.keyColumns, columns).filter((place) => place >= 0);
  const isInOrder = isSameOrder && !merges && filled < 0;
  const plan = { places, keyPlaces, isInOrder, merges, filled, draw };
  const projected = projecting(columns);
  const [incoming, stored] = [cells(), cells()];
  const merge = merging(plan, incoming, stored);

  const isWhole = (record: ByteRange, mayKeep: boolean): boolean =>
    isInOrder && !(mayKeep && hasBackslash(valuesOf(record)));
  const of: RecordChange["of"] = (record, found, mayKeep) => {
    const given = valuesOf(record);
    const isAsGiven = isWhole(record, mayKeep);
    if (!found) {
      if (isAsGiven) return { fate: "created", values: given };
      forget(stored);
      takeApart(incoming, given);
      return { fate: "created", values: merge() };
    }
    const old = projected(found, columnsAt(found));
    // Most unchanged records are compared without being taken apart.
    if (isAsGiven && isSame(given, old)) return { fate: "unchanged", values: old };
    takeApart(stored, old);
    takeApart(incoming, given);
    const isNew =
      isAsGiven && keyPlaces.every((place) => isFilled(stored, place) && isSameCell(stored, incoming, place));
    const values = isNew ? given : merge();
    return { fate: isSame(values, old) ? "unchanged" : "updated", values };
  };
  return { of, isWhole };
}

export function valuesOf({ bytes, start, end }: ByteRange): ByteRange {
  return { bytes, start: startOfValues(bytes, start), end };
}

/** A value to keep is written with a backslash, which few others hold. */
export function hasBackslash({ bytes, start, end }: ByteRange): boolean {
  return bytes.subarray(start, end).includes(backslash);
}

function isSame(one: ByteRange, other: ByteRange): boolean {
  if (one.end - one.start !== other.end - other.start) return false;
  return one.bytes.compare(other.bytes, other.start, other.end, one.start, one.end) === 0;
}

/** Joins what comes in with what is stored: a key keeps its spelling, and so does what is not given. */
function merging(
  { places, keyPlaces, merges, filled, draw }: Columns,
  incoming: Cells,
  stored: Cells,
): () => ByteRange {
  const writer = cellWriter();
  const ofKey = new Set(keyPlaces);
  return () => {
    beginCells(writer);
    for (const [column, place] of places.entries()) {
      const isIncoming = isGiven(incoming, place) && !(ofKey.has(column) && isFilled(stored, column));
      const merge = merges?.[column];
      if (column === filled && !isFilled(stored, column)) writeText(writer, draw());
      else if (column === filled) writeCell(writer, stored, column);
      else if (isIncoming && merge) writeText(writer, merge(textOf(stored, column), textOf(incoming, place)));
      else if (isIncoming) writeCell(writer, incoming, place);
      else writeCell(writer, stored, column);
    }
    return writer;
  };
}
