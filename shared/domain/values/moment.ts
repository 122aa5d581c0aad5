import { daysInMonth, isDate } from "../calendar.ts";
import { colon, minus, zero } from "./bytes.ts";
import { type Converted, refuse, type ValueType } from "./valueType.ts";

/** The original's empty date. */
const emptyDate = "1900-01-01";
const emptyDatetime = `${emptyDate}T00:00:00`;

function convertDate(text: string): Converted {
  const trimmed = text.trim();
  const date = /^\d{4}-\d{2}-\d{2}[T ]00:00(?::00(?:\.0+)?)?Z?$/.test(trimmed) ? trimmed.slice(0, 10) : trimmed;
  if (!isDate(date)) return refuse("a date such as 2026-01-31", text);
  return { value: date === emptyDate ? "" : date };
}

const timePart = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,7})?)?$/;

/** The canonical "hh:mm:ss" (with a fraction only where it is not zero), or undefined. */
function canonicalTime(text: string): string | undefined {
  const match = timePart.exec(text);
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return undefined;
  const fraction = (match[4] ?? "").replace(/0+$/, "");
  return `${match[1]}:${match[2]}:${match[3] ?? "00"}${fraction === "." ? "" : fraction}`;
}

function convertTime(text: string): Converted {
  const time = canonicalTime(text.trim());
  return time === undefined ? refuse("a time such as 08:30:00", text) : { value: time };
}

const offsetPart = /(Z|[+-]\d{2}:\d{2})$/i;

/** A datetime without an offset is in UTC; one with an offset is moved to UTC. */
function convertDatetime(text: string): Converted {
  const refused = refuse("a datetime such as 2026-01-31T08:30:00Z", text);
  const trimmed = text.trim();
  const offset = offsetPart.exec(trimmed)?.[1] ?? "Z";
  const local = trimmed.replace(offsetPart, "");
  const [date = "", time = "00:00:00", ...rest] = local.split(/[T ]/);
  const clock = canonicalTime(time);
  if (rest.length > 0 || !isDate(date) || clock === undefined) return refused;
  const moved = offset.toUpperCase() === "Z" ? `${date}T${clock}` : moveToUtc(date, clock, offset);
  if (moved === undefined) return refused;
  return { value: moved === emptyDatetime ? "" : `${moved}Z` };
}

/** Undefined where the offset is none, or leads out of the years 1 to 9999. */
function moveToUtc(date: string, clock: string, offset: string): string | undefined {
  const instant = Date.parse(`${date}T${clock.slice(0, 8)}${offset}`);
  if (Number.isNaN(instant)) return undefined;
  const moved = new Date(instant).toISOString();
  return isDate(moved.slice(0, 10)) ? `${moved.slice(0, 19)}${clock.slice(8)}` : undefined;
}

const [letterT, letterZ] = [0x54, 0x5a];

/** Two digits as a number; above 99 where they are none. */
function two(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - zero;
  const ones = bytes[at + 1]! - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : 100;
}

/** A day such as 2026-01-31, but not of the year 0, nor in 1900, of which the first day is the empty date. */
function isDay(bytes: Buffer, at: number): boolean {
  if (bytes[at + 4] !== minus || bytes[at + 7] !== minus) return false;
  const century = two(bytes, at);
  const ofCentury = two(bytes, at + 2);
  const year = 100 * century + ofCentury;
  if (century > 99 || ofCentury > 99 || year === 0 || year === 1900) return false;
  const month = two(bytes, at + 5);
  const day = two(bytes, at + 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function isClock(bytes: Buffer, at: number): boolean {
  if (bytes[at + 2] !== colon || bytes[at + 5] !== colon) return false;
  return two(bytes, at) <= 23 && two(bytes, at + 3) <= 59 && two(bytes, at + 6) <= 59;
}

function isDatetime(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 20 || bytes[start + 10] !== letterT || bytes[start + 19] !== letterZ) return false;
  return isDay(bytes, start) && isClock(bytes, start + 11);
}

export const dateType: ValueType = {
  convert: convertDate,
  isCanonical: (bytes, start, end) => end - start === 10 && isDay(bytes, start),
};

export const timeType: ValueType = {
  convert: convertTime,
  isCanonical: (bytes, start, end) => end - start === 8 && isClock(bytes, start),
};

export const datetimeType: ValueType = { convert: convertDatetime, isCanonical: isDatetime };
