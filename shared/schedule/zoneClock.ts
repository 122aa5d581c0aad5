import type { ZoneClock } from "../domain/region.ts";
import { ianaZoneOf } from "./windowsZones.ts";

/** One stretch of time in which a zone's clocks were not put forward or back. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Local time less UTC. */
  readonly offsetMs: number;
}

const dayMs = 86_400_000;
/** No zone changed its offset and took it back within such a span. */
const spanMs = 7 * dayMs;
/** As many stretches as a file's dates may lie in at once; beyond, the oldest are asked for again. */
const stretchesMax = 4_096;

const clocks = new Map<string, ZoneClock>();
const clocksMax = 100;

/**
 * The clocks of a zone, by its IANA or Windows name. They ask the machine's time zone data only for times that they were
 * not yet asked about, week by week, so that a cell of a file costs a comparison.
 */
export function zoneClock(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  if (clocks.size >= clocksMax) clocks.clear();
  const clock = newClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function newClock(timeZone: string): ZoneClock {
  const offsetAt = stretchOffsets(machineOffsets(ianaZoneOf(timeZone) ?? timeZone));
  return {
    timeZone,
    toLocal: (utcMs) => utcMs + offsetAt(utcMs),
    toUtc(localMs) {
      // Offsets are less than a day, so one of the two was in force at that local time, if it was there at all.
      const [before, after] = [offsetAt(localMs - dayMs), offsetAt(localMs + dayMs)];
      if (before === after) return localMs - before;
      const moments = [localMs - before, localMs - after].filter((utcMs) => utcMs + offsetAt(utcMs) === localMs);
      return moments.length === 2 ? "twice" : (moments[0] ?? "never");
    },
  };
}

/** The offset at a moment, kept for all of the span around it that has the same one. */
function stretchOffsets(offsetAt: (utcMs: number) => number): (utcMs: number) => number {
  const spans = new Map<number, readonly Stretch[]>();
  let last: Stretch = { fromMs: 0, untilMs: 0, offsetMs: 0 };
  return (utcMs) => {
    if (utcMs >= last.fromMs && utcMs < last.untilMs) return last.offsetMs;
    const number = Math.floor(utcMs / spanMs);
    let stretches = spans.get(number);
    if (!stretches) {
      if (spans.size >= stretchesMax) spans.clear();
      stretches = stretchesOf(offsetAt, number * spanMs);
      spans.set(number, stretches);
    }
    last = stretches.find((stretch) => utcMs < stretch.untilMs) ?? last;
    return last.offsetMs;
  };
}

/** The one or two stretches of a span: of two, halving finds the second at which the clocks were changed. */
function stretchesOf(offsetAt: (utcMs: number) => number, fromMs: number): readonly Stretch[] {
  const untilMs = fromMs + spanMs;
  const [before, after] = [offsetAt(fromMs), offsetAt(untilMs)];
  if (before === after) return [{ fromMs, untilMs, offsetMs: before }];
  let [low, high] = [fromMs, untilMs];
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return [
    { fromMs, untilMs: high, offsetMs: before },
    { fromMs: high, untilMs, offsetMs: after },
  ];
}

/** What the machine knows of a zone: the offset at a moment, to the second, since before railways each town had its own. */
function machineOffsets(timeZone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (utcMs) => {
    const name = format.formatToParts(utcMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes, seconds] = /^GMT(?:([-+])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name) ?? [];
    const size = 3_600 * Number(hours ?? 0) + 60 * Number(minutes ?? 0) + Number(seconds ?? 0);
    return (sign === "-" ? -1_000 : 1_000) * size;
  };
}
