import type { Direction } from "./dataProject.ts";
import type { OpenMessage } from "./standing.ts";

/** One measurement of a job's queue, taken by its monitoring recurrence. */
export interface LoadSample {
  readonly at: number;
  readonly waiting: number;
  /** Age of the oldest waiting message; 0 when none waits. */
  readonly oldestAgeMs: number;
  readonly inProcess: number;
  /** Messages that left the queue since the sample before: imported, or acknowledged by the caller. */
  readonly processedSinceLast: number;
  readonly failedSinceLast: number;
  readonly bytesWaiting: number;
}

/** What a job has open at one moment. */
export interface JobLoad {
  readonly waiting: number;
  readonly bytesWaiting: number;
  /** Since when the message waits that waits longest; undefined when none does. */
  readonly waitingSince: number | undefined;
  readonly inProcess: number;
  /** Parked messages about which nobody has decided yet. */
  readonly parked: number;
  /** Those that somebody has looked at, and let the job go on without. */
  readonly released: number;
}

/** Counts open messages: an offered export waits for a client, unless one has it just now. */
export function loadOf(open: readonly OpenMessage[], now: number): JobLoad {
  const isHeld = ({ heldUntil = 0 }: OpenMessage): boolean => heldUntil > now;
  const waiting = open.filter(
    (message) => message.standing === "waiting" || (message.standing === "offered" && !isHeld(message)),
  );
  const inProcess = open.filter(
    (message) => message.standing === "inProcess" || (message.standing === "offered" && isHeld(message)),
  );
  const parked = open.filter(({ standing }) => standing === "parked");
  return {
    waiting: waiting.length,
    bytesWaiting: waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    waitingSince: waiting.reduce<number | undefined>((first, { since }) => Math.min(first ?? since, since), undefined),
    inProcess: inProcess.length,
    parked: parked.filter(({ isReleased }) => !isReleased).length,
    released: parked.filter(({ isReleased }) => isReleased).length,
  };
}

export type IntervalSuggestion =
  | { readonly kind: "suggested"; readonly minutes: number; readonly reason: string }
  | { readonly kind: "notEnoughSamples"; readonly reason: string };

/** What load samples say about their time span, in messages. */
interface Trend {
  readonly spanMinutes: number;
  readonly arrived: number;
  readonly finished: number;
  readonly waiting: number;
  readonly oldestAgeMinutes: number;
  /** The share of samples that saw a message in process. */
  readonly busyShare: number;
}

const samplesMin = 6;
const sampledMinutesMin = 60;
const suggestedMinutesMin = 1;
const suggestedMinutesMax = 1_440;
const minuteMs = 60_000;
/** Above this share of busy samples one run fills its interval, and a shorter interval cannot help. */
const busyShareMax = 0.8;

/**
 * Proposes the minutes between two runs, with the arithmetic in one sentence. An import runs about as often as a
 * message arrives, and twice as often as now when messages pile up between the runs; an export runs no more often than
 * its callers fetch. The order of the samples does not matter.
 */
export function suggestProcessingInterval(
  samples: readonly LoadSample[],
  currentMinutes: number,
  direction: Direction,
): IntervalSuggestion {
  const trend = trendOf(samples);
  if (samples.length < samplesMin || trend.spanMinutes < sampledMinutesMin) {
    const has = `there are ${samples.length} over ${counted(Math.round(trend.spanMinutes), "minute")}`;
    const needs = `at least ${samplesMin} samples over ${sampledMinutesMin} minutes are needed`;
    return { kind: "notEnoughSamples", reason: `A suggestion has to wait: ${needs}, and ${has}.` };
  }
  return direction === "import" ? suggestImport(trend, currentMinutes) : suggestExport(trend, currentMinutes);
}

function suggestImport(trend: Trend, current: number): IntervalSuggestion {
  const { arrived, finished, spanMinutes, waiting, busyShare } = trend;
  if (isPilingUp(trend, current)) {
    const found = `${counted(arrived, "message")} arrived and ${finished} left in ${inWords(spanMinutes)}`;
    const backlog = `the oldest of ${waiting} has waited ${inWords(trend.oldestAgeMinutes)}`;
    if (busyShare > busyShareMax) {
      return suggest(current, `${found}, and ${backlog}; a run takes the whole interval, so shorter ones cannot help.`);
    }
    return suggest(current / 2, `${found}, and ${backlog}, so the job runs twice as often.`);
  }
  if (arrived === 0)
    return suggest(current * 2, `No message arrived in ${inWords(spanMinutes)}, so half as many runs are enough.`);
  const gap = spanMinutes / arrived;
  return suggest(gap, `${counted(arrived, "message")} arrived in ${inWords(spanMinutes)}, one every ${inWords(gap)}.`);
}

function suggestExport(trend: Trend, current: number): IntervalSuggestion {
  const { arrived, finished, spanMinutes, waiting } = trend;
  const found = `${counted(arrived, "export")} came and ${finished} left in ${inWords(spanMinutes)}`;
  if (!isPilingUp(trend, current)) return suggest(current, `${found}, so callers keep up with the interval.`);
  const slower = finished === 0 ? current * 2 : spanMinutes / finished;
  return suggest(Math.max(current, slower), `${found}, and ${waiting} wait, so fewer exports lose nothing.`);
}

/** More came than went, and the oldest waits through more than two runs: it is no burst that the next run takes away. */
function isPilingUp(trend: Trend, currentMinutes: number): boolean {
  return trend.arrived > trend.finished && trend.oldestAgeMinutes > 2 * currentMinutes;
}

/** What arrived is what left the queue and by how much the queue grew; the first sample only marks the beginning. */
function trendOf(samples: readonly LoadSample[]): Trend {
  const sorted = samples.toSorted((one, other) => one.at - other.at);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) {
    return { spanMinutes: 0, arrived: 0, finished: 0, waiting: 0, oldestAgeMinutes: 0, busyShare: 0 };
  }
  const finished = sorted.slice(1).reduce((sum, sample) => sum + sample.processedSinceLast + sample.failedSinceLast, 0);
  const grown = last.waiting + last.inProcess - (first.waiting + first.inProcess);
  return {
    spanMinutes: (last.at - first.at) / minuteMs,
    // Messages that were cleaned up leave the queue uncounted; the rate must not become negative by it.
    arrived: Math.max(0, finished + grown),
    finished,
    waiting: last.waiting,
    oldestAgeMinutes: last.oldestAgeMs / minuteMs,
    busyShare: sorted.filter((sample) => sample.inProcess > 0).length / sorted.length,
  };
}

function suggest(minutes: number, reason: string): IntervalSuggestion {
  const bounded = Math.min(suggestedMinutesMax, Math.max(suggestedMinutesMin, Math.round(minutes)));
  return { kind: "suggested", minutes: bounded, reason };
}

function inWords(minutes: number): string {
  if (minutes < 1) return counted(Math.max(1, Math.round(minutes * 60)), "second");
  if (minutes < 120) return counted(Math.round(minutes), "minute");
  return minutes < 2_880 ? counted(Math.round(minutes / 60), "hour") : counted(Math.round(minutes / 1_440), "day");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
