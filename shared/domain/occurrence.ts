import { DomainError } from "./errors.ts";
import type { MisfirePolicy } from "./recurringJob.ts";

/** Where one due time of a job stands. `skipped` was left out on purpose, `missed` was passed over while nothing ran. */
export type OccurrenceState = "due" | "started" | "finished" | "skipped" | "missed";

/** The whole lifecycle. A run that ended without a word is started again; a state with no way out is final. */
const nextStates: Record<OccurrenceState, readonly OccurrenceState[]> = {
  due: ["started", "skipped"],
  started: ["started", "finished"],
  finished: [],
  skipped: [],
  missed: [],
};

export type OccurrenceTrigger = "recurrence" | "manual";

/** One row of a job's ledger: a due time and what became of it, or a row of missed due times that share their fate. */
export interface Occurrence {
  readonly activityId: string;
  readonly dueAt: number;
  readonly trigger: OccurrenceTrigger;
  readonly state: OccurrenceState;
  /** How many due times the row stands for: one, except where a long stop was folded into one row. */
  readonly dueTimes: number;
  /** The latest due time of the row; `dueAt` is the earliest. */
  readonly lastDueAt: number;
  readonly recordedAt: number;
  /** How often the run was begun; more than one after a crash. */
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Why it was skipped, missed or ended badly; null when there is nothing to explain. */
  readonly reason: string | null;
  /** The message that the run of an export job made. */
  readonly messageId: string | null;
}

/** What the ledger of a job says was missed. */
export type MissedRuns = Pick<Occurrence, "activityId" | "dueAt" | "lastDueAt" | "dueTimes">;

/** A due time up to this old is on time: a tick comes each minute, and the timer may come late or skip a beat. */
export const missedAfterMsDefault = 120_000;
const missedAfterMsMax = 3_600_000;
/** How many missed due times policy `all` may run after one stop. */
export const missedRunsMax = 100;
/** How many due times that do not run get a row of their own; older ones share one row. */
export const passedOverRowsMax = 20;

/** Due times in ascending order, computed on demand, so that a year of minutes costs no more than one. */
export interface DueTimes {
  readonly count: number;
  /** The due time at a position from zero to `count - 1`. */
  readonly at: (index: number) => number;
}

/** Due times that are already there, in ascending order. Throws a RangeError for a position outside. */
export function listedDueTimes(moments: readonly number[]): DueTimes {
  function at(index: number): number {
    const moment = moments[index];
    if (moment === undefined) throw new RangeError(`There is no due time ${index} among ${moments.length}.`);
    return moment;
  }
  return { count: moments.length, at };
}

/** What to write into the ledger for one due time, or for several that are folded into one row. */
export interface DueDecision {
  readonly outcome: "run" | "skipped" | "missed";
  readonly dueAt: number;
  readonly lastDueAt: number;
  readonly dueTimes: number;
  readonly reason: string | null;
}

/**
 * Decides what becomes of every due time up to now, oldest first, in a bounded number of rows that together stand for
 * all of them. What is on time always runs; the policy speaks of the late ones alone:
 * - `skip` leaves them out;
 * - `once` lets one run make up for all: the one on time if there is one, else the latest late one;
 * - `all` runs the oldest up to `runsMax` (at most `missedRunsMax`) and passes over the rest.
 */
export function decideDueTimes(
  due: DueTimes,
  nowMs: number,
  policy: MisfirePolicy,
  runsMax: number,
  missedAfterMs: number,
): readonly DueDecision[] {
  const late = due.count - countOnTime(due, nowMs, Math.min(missedAfterMs, missedAfterMsMax));
  const onTime = runs(due, late, due.count);
  if (policy === "skip") {
    return [...passedOver(due, 0, late, "skipped", "The job skips due times that were missed."), ...onTime];
  }
  if (policy === "once") {
    const passed = late === due.count ? Math.max(late - 1, 0) : late;
    const reason = "A later run makes up for every due time that was missed.";
    return [...passedOver(due, 0, passed, "missed", reason), ...runs(due, passed, due.count)];
  }
  const made = Math.min(late, runsMax, missedRunsMax);
  const reason = `More due times were missed than the job runs afterwards, ${Math.min(runsMax, missedRunsMax)}.`;
  return [...runs(due, 0, made), ...passedOver(due, made, late, "missed", reason), ...onTime];
}

/** The ledger row of a decision; a run begins as due. The pair of activity id and `dueAt` is inserted once. */
export function recordDecision(activityId: string, decision: DueDecision, recordedAt: number): Occurrence {
  const { outcome, dueAt, lastDueAt, dueTimes, reason } = decision;
  const state = outcome === "run" ? "due" : outcome;
  return { ...unstarted, activityId, trigger: "recurrence", state, dueAt, lastDueAt, dueTimes, reason, recordedAt };
}

/** The ledger row of a run that a person asked for; it is no due time of the recurrence and counts towards no end. */
export function recordManual(activityId: string, nowMs: number): Occurrence {
  return {
    ...unstarted,
    activityId,
    trigger: "manual",
    state: "due",
    dueAt: nowMs,
    lastDueAt: nowMs,
    dueTimes: 1,
    reason: null,
    recordedAt: nowMs,
  };
}

/**
 * Where the ledger has room for a run that a person asks for now, the best place first. A job has one row for a moment,
 * and its recurrence is due at whole seconds: those rows stay the recurrence's, or a due time would be taken for done
 * that never ran.
 */
export function manualMoments(nowMs: number, count: number): readonly number[] {
  const first = isWholeSecond(nowMs) ? nowMs - 1 : nowMs;
  return Array.from({ length: count }, (_, index) => first + index).filter((at) => !isWholeSecond(at));
}

function isWholeSecond(at: number): boolean {
  return at % 1000 === 0;
}

/** How many due times of its recurrence, and how many runs that people asked for, may wait for a job. */
export const dueTimesWaitingMax = 200;
export const manualRunsWaitingMax = 100;
export const waitingRowsMax = dueTimesWaitingMax + manualRunsWaitingMax;

/** A due time that has not begun. */
export type WaitingRun = Pick<Occurrence, "dueAt" | "trigger" | "recordedAt">;

/**
 * Why a due time is left out that finds another run of its job going on; null when it waits. One run goes on at a time,
 * whoever asked for it, and the one that waits longest begins when it ends:
 * - a run that a person asked for always waits;
 * - of the recurrence's due times one waits, and makes up for those behind it;
 * - under policy `all` every one waits, up to a bound that no stop reaches.
 */
export function whyNotToWait(
  occurrence: Occurrence,
  waiting: readonly WaitingRun[],
  policy: MisfirePolicy,
  runningMessageId: string,
): string | null {
  if (occurrence.trigger === "manual") return null;
  const before = waiting.filter(({ trigger, dueAt }) => trigger === "recurrence" && dueAt < occurrence.dueAt);
  const [first] = before;
  if (!first || (policy === "all" && before.length < dueTimesWaitingMax)) return null;
  const others =
    policy === "all"
      ? `${before.length} due times wait`
      : `the due time of ${new Date(first.dueAt).toISOString()} waits`;
  return `The run before it (message ${runningMessageId}) was still going on, and ${others} for its end already.`;
}

/** Begins the run, or begins it again after one that never ended. Refused once the occurrence is final. */
export function startOccurrence(occurrence: Occurrence, nowMs: number): Occurrence {
  return { ...move(occurrence, "started"), startedAt: nowMs, attempts: occurrence.attempts + 1 };
}

/** Ends the run, with the message that an export made and the reason when it ended badly. A repeat changes nothing. */
export function finishOccurrence(
  occurrence: Occurrence,
  nowMs: number,
  outcome: { readonly messageId?: string; readonly reason?: string } = {},
): Occurrence {
  // The work queue may deliver the same work twice, and the second end must not overwrite the first.
  if (occurrence.state === "finished") return occurrence;
  const { messageId = null, reason = null } = outcome;
  return { ...move(occurrence, "finished"), finishedAt: nowMs, messageId, reason };
}

/** Leaves out a run that was due, such as one whose predecessor still runs. Refused once it has started. */
export function skipOccurrence(occurrence: Occurrence, nowMs: number, reason: string): Occurrence {
  return { ...move(occurrence, "skipped"), finishedAt: nowMs, reason };
}

/** Whether nothing more will happen to it; only then may retention delete the row. */
export function isFinalOccurrence(occurrence: Occurrence): boolean {
  return nextStates[occurrence.state].length === 0;
}

const unstarted = { attempts: 0, startedAt: null, finishedAt: null, messageId: null } as const;

function move(occurrence: Occurrence, to: OccurrenceState): Occurrence {
  if (!nextStates[occurrence.state].includes(to)) {
    const which = `The occurrence of ${new Date(occurrence.dueAt).toISOString()}`;
    throw new DomainError("conflict", `${which} is ${occurrence.state} and cannot become ${to}.`);
  }
  return { ...occurrence, state: to };
}

/** Due times lie a minute apart or more, so the loop is bounded by the tolerance. */
function countOnTime(due: DueTimes, nowMs: number, missedAfterMs: number): number {
  let count = 0;
  while (count < due.count && nowMs - due.at(due.count - 1 - count) <= missedAfterMs) count++;
  return count;
}

function runs(due: DueTimes, from: number, to: number): DueDecision[] {
  return single(due, from, to, "run", null);
}

/** The newest get a row each, because people look for those; all older ones share the first row. */
function passedOver(due: DueTimes, from: number, to: number, outcome: "skipped" | "missed", reason: string) {
  const folded = to - from - passedOverRowsMax + 1;
  if (folded <= 1) return single(due, from, to, outcome, reason);
  const fold: DueDecision = {
    outcome,
    dueAt: due.at(from),
    lastDueAt: due.at(from + folded - 1),
    dueTimes: folded,
    reason,
  };
  return [fold, ...single(due, from + folded, to, outcome, reason)];
}

function single(
  due: DueTimes,
  from: number,
  to: number,
  outcome: DueDecision["outcome"],
  reason: string | null,
): DueDecision[] {
  return Array.from({ length: to - from }, (_, offset) => {
    const dueAt = due.at(from + offset);
    return { outcome, dueAt, lastDueAt: dueAt, dueTimes: 1, reason };
  });
}
