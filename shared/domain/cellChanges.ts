import type { MemberError } from "./errors.ts";
import { byFoldedName, foldName } from "./foldName.ts";
import { nameList } from "./nameList.ts";

type Cells = readonly (string | undefined)[];

/** Beside the columns; undefined for a cell that the row does not have. */
export interface ChangedCells {
  readonly cells: Cells;
  readonly wrong: readonly MemberError[];
}

type CellChanger = (before: Cells, values: Readonly<Record<string, string>>, path: string) => ChangedCells;

/**
 * Changes cells of rows of a file: `values` names columns in any case, and `path` is where it stands in the request. What
 * is wrong with it is said by member: no such column, one column by two names, half of a character.
 */
export function cellChanger(columns: readonly string[]): CellChanger {
  const places = byFoldedName([...columns.entries()], ([, column]) => column.trim());
  return (before, values, path) => {
    const cells = columns.map((_, index) => before[index]);
    const wrong: MemberError[] = [];
    const seen = new Set<number>();
    for (const [column, value] of Object.entries(values)) {
      const place = places.get(foldName(column.trim()))?.[0];
      const tell = (message: string): void => void wrong.push({ path: `${path}.${column}`, message });
      if (place === undefined) tell(`The file has no such column. It has: ${nameList(columns)}.`);
      else if (seen.has(place)) tell(`Column ${nameList([columns[place]!])} is there twice.`);
      else if (!value.isWellFormed()) tell("The text has half of a character.");
      else cells[place] = value;
      if (place !== undefined) seen.add(place);
    }
    return { cells, wrong };
  };
}
