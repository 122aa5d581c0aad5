import type { NamedCells, RecordFilter } from "../../domain/filter/recordFilter.ts";
import { endOfValue, startOfValues } from "../../domain/recordLines.ts";
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
  // A read meets one list of columns per footer; each is compared once.
  const known = new Map<readonly string[], Places>();
  return (bytes, start, end, stored) => {
    let places = known.get(stored);
    if (!places) known.set(stored, (places = findPlaces(columns, stored)));
    cells.bytes = bytes;
    if (places.ascending.length < columns.length) {
      starts.fill(0);
      ends.fill(0);
    }
    let at = startOfValues(bytes, start);
    let place = 0;
    for (const wanted of places.ascending) {
      for (; place < wanted.place && at <= end; place += 1) at = endOfValue(bytes, at, end) + 1;
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
