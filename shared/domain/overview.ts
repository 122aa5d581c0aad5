import type { OpenMessage } from "./standing.ts";

/** How many messages stand in which way; a parked one that somebody released is none of them. */
export interface OpenCounts {
  readonly waiting: number;
  /** Since when the message waits that waits longest; undefined when none does. */
  readonly waitingSince: number | undefined;
  readonly inProcess: number;
  readonly offered: number;
  readonly parked: number;
  /** There may be more than were looked at. */
  readonly isCut: boolean;
}

export const noneOpen: OpenCounts = {
  waiting: 0,
  waitingSince: undefined,
  inProcess: 0,
  offered: 0,
  parked: 0,
  isCut: false,
};

/** Counts what one job has open, of which no more than `max` of those that wait, and of the others, were looked at. */
export function countOpen(open: readonly OpenMessage[], max: number): OpenCounts {
  const counts = { waiting: 0, inProcess: 0, offered: 0, parked: 0 };
  let waitingSince: number | undefined;
  for (const { standing, since, isReleased } of open) {
    if (!isReleased) counts[standing] += 1;
    if (standing === "waiting") waitingSince = Math.min(waitingSince ?? since, since);
  }
  return { ...counts, waitingSince, isCut: counts.waiting >= max || open.length - counts.waiting >= max };
}

export function sumOpen(all: readonly OpenCounts[]): OpenCounts {
  return all.reduce(
    (sum, counts) => ({
      waiting: sum.waiting + counts.waiting,
      waitingSince: earlier(sum.waitingSince, counts.waitingSince),
      inProcess: sum.inProcess + counts.inProcess,
      offered: sum.offered + counts.offered,
      parked: sum.parked + counts.parked,
      isCut: sum.isCut || counts.isCut,
    }),
    noneOpen,
  );
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
