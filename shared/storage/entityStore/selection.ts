import type { NamedCells, RecordFilter } from "../../domain/filter/recordFilter.ts";
import { behindTabs, viewOf } from "../../domain/byteWords.ts";
import { endOfValue } from "../../domain/recordLines.ts";
import { placesOf } from "./projection.ts";

/** The filter's columns as a list of columns has them. */
interface Places {
  /** The filter's columns that are there, by their places in ascending order. */
  readonly ascending: readonly { readonly place: number; readonly column: number }[];
}

/**
 * Finds the values of a filter's columns in lines, as far as the last one of them: nothing else of a line is looked at.
 * What is answered is good until the next one.
 */
export function cellsFor({
  columns,
}: Pick<RecordFilter, "columns">): (
  bytes: Buffer,
  start: number,
  end: number,
  stored: readonly string[],
) => NamedCells {
  const [starts, ends] = [new Uint32Array(columns.length), new Uint32Array(columns.length)];
  const cells: { bytes: Buffer } & NamedCells = { bytes: Buffer.alloc(0), starts, ends };
  let view = viewOf(cells.bytes);
  let places = findPlaces(columns, []);
  // A read meets one list of columns per footer; each is compared once.
  const known = new Map<readonly string[], Places>();
  return (bytes, start, end, stored) => {
    if (cells.bytes !== bytes) {
      // Another frame.
      cells.bytes = bytes;
      view = viewOf(bytes);
      places = known.get(stored) ?? findPlaces(columns, stored);
      known.set(stored, places);
    }
    if (places.ascending.length < columns.length) {
      starts.fill(0);
      ends.fill(0);
    }
    let at = start;
    // Key and number stand in front of the values.
    let place = -2;
    for (const wanted of places.ascending) {
      if (place < wanted.place) at = behindTabs(view, at, end, wanted.place - place);
      place = wanted.place;
      starts[wanted.column] = Math.min(at, end);
      ends[wanted.column] = at > end ? end : endOfValue(bytes, at, end);
    }
    return cells;
  };
}

function findPlaces(columns: readonly string[], stored: readonly string[]): Places {
  const found = placesOf(columns, stored).map((place, column) => ({ place, column }));
  return { ascending: found.filter(({ place }) => place >= 0).toSorted((one, other) => one.place - other.place) };
}
