import { foldName } from "../../domain/foldName.ts";
import { decodeValues, encodeValues } from "../segments/lines.ts";

/** Values of one list of columns, set beside another list by their names in any case: "" where a column is not known. */
export interface Projection {
  values(tail: string, columns: readonly string[]): readonly string[];
  /** The same, encoded; the text itself when nothing moves. */
  tail(tail: string, columns: readonly string[]): string;
  /** True when a tail of these columns stands right as it is. */
  isSame(columns: readonly string[]): boolean;
}

export function projectionTo(wanted: readonly string[]): Projection {
  // A read meets one list of columns per footer; each is compared once.
  const known = new Map<readonly string[], readonly number[] | "same">();
  const placesIn = (columns: readonly string[]): readonly number[] | "same" => {
    const met = known.get(columns);
    if (met) return met;
    const places = placesOf(wanted, columns);
    const found = isInPlace(places, columns) ? "same" : places;
    known.set(columns, found);
    return found;
  };
  const values = (tail: string, columns: readonly string[]): readonly string[] => {
    if (wanted.length === 0) return [];
    const places = placesIn(columns);
    const all = decodeValues(tail);
    return places === "same" ? all : places.map((place) => all[place] ?? "");
  };
  return {
    values,
    tail: (tail, columns) => (placesIn(columns) === "same" ? tail : encodeValues(values(tail, columns))),
    isSame: (columns) => placesIn(columns) === "same",
  };
}

/** For each of the wanted columns its place among `columns`, -1 where it is none of them; of two spellings the later one's. */
export function placesOf(wanted: readonly string[], columns: readonly string[]): readonly number[] {
  const places = new Map(columns.map((column, place) => [foldName(column), place]));
  return wanted.map((column) => places.get(foldName(column)) ?? -1);
}

function isInPlace(places: readonly number[], columns: readonly string[]): boolean {
  return places.length === columns.length && places.every((place, index) => place === index);
}
