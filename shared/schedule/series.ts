import type { DueTimes } from "../domain/occurrence.ts";

/** The due times of a recurrence without its end, strictly ascending, as epoch milliseconds. */
export interface Series {
  /** The first due time after the moment; undefined when the calendar ends before one. */
  readonly next: (afterMs: number) => number | undefined;
  /** Every due time after the one moment up to and including the other. */
  readonly between: (afterMs: number, untilMs: number) => DueTimes;
}

/** Minutes and hours are arithmetic on absolute time: a rule that began long ago costs no more than a new one. */
export function absoluteSeries(startMs: number, stepMs: number): Series {
  const indexAfter = (moment: number) => Math.max(0, Math.floor((moment - startMs) / stepMs) + 1);
  return {
    next: (afterMs) => startMs + indexAfter(afterMs) * stepMs,
    between: (afterMs, untilMs) => {
      const first = indexAfter(afterMs);
      const count = Math.max(0, indexAfter(untilMs) - first);
      return { count, at: (index) => startMs + (first + index) * stepMs };
    },
  };
}
