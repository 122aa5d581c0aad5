import { findOddCells, type Oddity, oddityTally } from "../domain/oddCells.ts";
import type { RowBatch } from "../domain/rowBatch.ts";
import { searchMisreadUtf8 } from "./misreadUtf8.ts";

export interface RowWatch {
  readonly look: (batch: RowBatch) => void;
  readonly oddities: () => readonly Oddity[];
}

interface RowSource {
  /** Rows so far that ended in more CRs than one before their LF. */
  strayReturns(): Omit<Oddity, "kind">;
}

/** Looks for what is odd about the rows as they come. */
export function watchRows(source: RowSource, codePage: number): RowWatch {
  const tally = oddityTally();
  const search = searchMisreadUtf8(codePage);
  return {
    look(batch) {
      findOddCells(batch, tally);
      search?.look(batch);
    },
    oddities() {
      const returns = { kind: "strayReturn" as const, ...source.strayReturns() };
      const misread = search?.found();
      return [...tally.all(), ...(returns.count > 0 ? [returns] : []), ...(misread ? [misread] : [])];
    },
  };
}
