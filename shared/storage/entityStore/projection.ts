import { decodeValues, encodeValues } from "../segments/lines.ts";

/** Values of one list of columns, set beside another list: "" where a column is not known. */
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
    const places = known.get(columns) ?? placesOf(wanted, columns);
    known.set(columns, places);
    return places;
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

function placesOf(wanted: readonly string[], columns: readonly string[]): readonly number[] | "same" {
  const isSame = wanted.length === columns.length && wanted.every((column, index) => column === columns[index]);
  return isSame ? "same" : wanted.map((column) => columns.indexOf(column));
}
