import { foldName } from "../../domain/foldName.ts";

/** Where the values of one list of columns stand in another one. */
export interface Projection {
  /** For each of the wanted columns its place among `columns`, -1 where it is none; "same" when nothing moves. */
  placesIn(columns: readonly string[]): readonly number[] | "same";
}

export function projectionTo(wanted: readonly string[]): Projection {
  // A read meets one list of columns per footer; each is compared once.
  const known = new Map<readonly string[], readonly number[] | "same">();
  return {
    placesIn(columns) {
      const met = known.get(columns);
      if (met) return met;
      const places = placesOf(wanted, columns);
      const found = isInPlace(places, columns) ? "same" : places;
      known.set(columns, found);
      return found;
    },
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
