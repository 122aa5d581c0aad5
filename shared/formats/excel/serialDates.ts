import type { NumberKind } from "./numberFormats.ts";

const dayMs = 86_400_000;
const daysMax = 2_958_465;
/** Days from 1904-01-01 to the day that is 0 of the other count. */
const daysOf1904 = 1462;

/**
 * Excel counts days from 1900-01-01, which is 1, and took over that 1900 was a leap year: 60 is a day that never was. The
 * other count, from 1904-01-01, which is 0, has no such day.
 */
export function serialText(serial: number, kind: NumberKind, isFrom1904: boolean): string | undefined {
  let days = Math.floor(serial);
  let ms = Math.round((serial - days) * dayMs);
  if (ms === dayMs) [days, ms] = [days + 1, 0];
  if (!(days >= 0 && days <= daysMax)) return undefined;
  if (kind === "elapsed") return clockText(days * 24, ms);
  if (kind === "time" && days === 0) return clockText(0, ms);
  const date = dateText(isFrom1904 ? days + daysOf1904 : days, isFrom1904);
  if (date === undefined) return undefined;
  return kind === "date" && ms === 0 ? date : `${date}T${clockText(0, ms)}`;
}

/** Dates come again and again in a file, and cost more than all else about a cell. */
const known = new Map<number, string>();
const knownMax = 20_000;

function dateText(days: number, isFrom1904: boolean): string | undefined {
  if (!isFrom1904 && (days === 0 || days === 60)) return undefined;
  const found = known.get(days);
  if (found !== undefined) return found;
  const date = new Date(dayZero(days) + days * dayMs).toISOString();
  if (date.length !== 24) return undefined;
  if (known.size >= knownMax) known.clear();
  known.set(days, date.slice(0, 10));
  return date.slice(0, 10);
}

function dayZero(days: number): number {
  return days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
}

function clockText(hoursBefore: number, ms: number): string {
  const [hours, minutes, seconds] = [hoursBefore + Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, 0];
  const whole = `${two(hours)}:${two(minutes)}:${two(seconds + (Math.floor(ms / 1000) % 60))}`;
  return ms % 1000 === 0 ? whole : `${whole}.${String(ms % 1000).padStart(3, "0")}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

const dateForm = /^(\d{4}-\d{2}-\d{2})$/;
const datetimeForm = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/;
const timeForm = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/;

/**
 * The number that stands for a date, a local datetime or a time, by the count from 1900; undefined for one that it cannot
 * tell: a day before March 1900, which programs count differently, or a fraction below a millisecond.
 */
export function serialOf(text: string, kind: "date" | "time" | "datetime"): number | undefined {
  const match = (kind === "date" ? dateForm : kind === "time" ? timeForm : datetimeForm).exec(text);
  if (!match) return undefined;
  if (kind === "time") return clockPart(match.slice(1));
  const days = (Date.parse(`${match[1]}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / dayMs;
  if (!(days > 60)) return undefined;
  return kind === "date" ? days : days + clockPart(match.slice(2));
}

function clockPart([hours, minutes, seconds, fraction = ""]: readonly (string | undefined)[]): number {
  const wholeSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (wholeSeconds * 1000 + Number(fraction.padEnd(3, "0"))) / dayMs;
}
