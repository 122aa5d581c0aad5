import { type OpenCounts, countOpen, sumOpen } from "../../domain/overview.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Ports } from "../../ports.ts";
import type { Count } from "../../ports/lists.ts";
import { startOfDay } from "../../schedule/wallClock.ts";
import { countHeld } from "./countHeld.ts";
import { openJobIds } from "./jobIds.ts";
import { jobNames } from "./jobNames.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** Of what one job has open, of messages that failed and of ledger rows; beyond, the exact figure tells nobody more. */
const openMax = 1000;
const failedMax = 1000;
const missedRowsMax = 1000;
const missedJobsMax = 100;
const hourMs = 60 * 60_000;
const missedWithinMs = 24 * hourMs;

export interface Overview {
  /** What workers still have, where the host that answers drains. */
  readonly draining: Count | undefined;
  readonly open: OpenCounts;
  readonly failed: Count & { readonly since: number };
  readonly missed: Count & {
    readonly since: number;
    /** Those with the most missed runs first, and no more than a hundred of them. */
    readonly jobs: readonly MissedOfJob[];
  };
}

interface MissedOfJob {
  readonly activityId: string;
  readonly jobName: string | undefined;
  readonly runs: number;
}

/**
 * Where the messages and runs of all jobs stand. Costs what is open, what failed today and what was missed of late, however
 * much history there is.
 */
export async function getOverview(ports: Ports, timeZone: string): Promise<Overview> {
  const now = ports.clock.now();
  const since = startOfDay(now, timeZone);
  // Since a full hour, so that the answer changes with what it tells and not with each second.
  const missedSince = now - (now % hourMs) - missedWithinMs;
  const [draining, open, failed, missed] = await Promise.all([
    ports.settings.isDraining ? countHeld(ports) : undefined,
    countAllOpen(ports),
    ports.lists.countFailed({ from: since }, failedMax),
    countMissed(ports, missedSince),
  ]);
  return { draining, open, failed: { ...failed, since }, missed };
}

async function countAllOpen(ports: Ports): Promise<OpenCounts> {
  const counts = await inParallel(await openJobIds(ports), readsAtOnceMax, async (activityId) =>
    countOpen(await ports.openMessages.list(activityId, openMax), openMax),
  );
  return sumOpen(counts);
}

async function countMissed(ports: Ports, since: number): Promise<Overview["missed"]> {
  const rows = await ports.lists.listMissed(since, missedRowsMax + 1);
  const byJob = new Map<string, number>();
  for (const { activityId, dueTimes } of rows.slice(0, missedRowsMax)) {
    byJob.set(activityId, (byJob.get(activityId) ?? 0) + dueTimes);
  }
  const count = [...byJob.values()].reduce((sum, runs) => sum + runs, 0);
  const most = [...byJob].toSorted(([, one], [, other]) => other - one).slice(0, missedJobsMax);
  const names = await jobNames(
    ports,
    most.map(([activityId]) => activityId),
  );
  const jobs = most.map(([activityId, runs]) => ({ activityId, jobName: names.get(activityId), runs }));
  return { count, isCut: rows.length > missedRowsMax, since, jobs };
}
