import { foldName } from "./foldName.ts";
import { nameList } from "./nameList.ts";

/** The places, 1-based, of each name that several columns of a file have; by the folded name. Blank ones are none. */
export function doubledColumns(columns: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, column] of columns.entries()) {
    const name = foldName(column.trim());
    if (name === "") continue;
    const known = places.get(name);
    if (known) known.push(index + 1);
    else places.set(name, [index + 1]);
  }
  return new Map([...places].filter(([, found]) => found.length > 1));
}

/** Columns that nothing can be mapped to, since a name does not say which one is meant. */
export interface NamelessColumns {
  readonly indexes: ReadonlySet<number>;
  readonly warnings: readonly string[];
}

/** They are passed over with a warning: exports of other systems have them at the end of each line, or as leftovers. */
export function namelessColumns(columns: readonly string[]): NamelessColumns {
  const blank = columns.flatMap((column, index) => (column.trim() === "" ? [index + 1] : []));
  const doubled = [...doubledColumns(columns).values()];
  const warnings = doubled.map((places) => `${sameName(columns, places)}, and none of them is read.`);
  if (blank.length > 0) {
    const what = blank.length === 1 ? "Column" : "Columns";
    warnings.unshift(`${what} ${nameList(blank.map(String))} of the header: no name, so not read.`);
  }
  return { indexes: new Set([...blank, ...doubled.flat()].map((place) => place - 1)), warnings };
}

/** The beginning of a sentence about columns of one name. */
export function sameName(columns: readonly string[], places: readonly number[]): string {
  const name = nameList([columns[(places[0] ?? 1) - 1]?.trim() ?? ""]);
  return `Columns ${nameList(places.map(String))} of the header have the same name, "${name}"`;
}
