import type { SourceRow } from "../../domain/rowBatch.ts";

const rowsMax = 10_000;
const cellsMax = 1_000_000;
const charactersMax = 16 * 1024 * 1024;

/**
 * How much of a sample is looked at: enough to judge it by, and not more than some seconds of work and some megabytes.
 * Ask it for every row in turn; false for the first one that is too many, and then there is no more to look at.
 */
export function sampleExtent(): (row: SourceRow) => boolean {
  const taken = { rows: 0, cells: 0, characters: 0 };
  return ({ cells }) => {
    if (taken.rows >= rowsMax || taken.cells >= cellsMax || taken.characters >= charactersMax) return false;
    taken.rows += 1;
    taken.cells += cells.length;
    taken.characters += cells.reduce((sum, cell) => sum + cell.length, 0);
    return true;
  };
}
