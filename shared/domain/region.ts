import { isDate } from "./calendar.ts";
import { dateReader, type LocalTime, patternWriter } from "./cultureDates.ts";
import { numberReader, numberWriter, sampleNumber } from "./cultureNumbers.ts";
import type { Culture } from "./cultures.ts";
import type { FieldType } from "./dataEntity.ts";

/** The clocks of a time zone. Local times are milliseconds that count as if the clock showed UTC. */
export interface ZoneClock {
  readonly timeZone: string;
  /** The moment at which the clocks show the local time, unless there is none, or there are two. */
  readonly toUtc: (localMs: number) => number | "never" | "twice";
  readonly toLocal: (utcMs: number) => number;
}

export type Read = { readonly invariant: string } | { readonly problem: string } | undefined;

/** How the values of one type are written in a region: to the invariant form, which the type's own rule reads, and back. */
export interface RegionalType {
  /** What would be read, with an example, for the error of whatever is not. */
  readonly expected: string;
  /** Whether the refusals of the type's own rule hold examples too. */
  readonly hasExamples: boolean;
  /** Undefined for a text of another form; `problem` says what is wrong with one of the right form. */
  readonly read: (text: string) => Read;
  /** From the canonical text. What it answers reads as the same again. */
  readonly write: (canonical: string) => string;
}

/** The language and the time zone of a source format; undefined for a type that is written the same everywhere. */
export type Region = (type: FieldType) => RegionalType | undefined;

/** The region of a culture, of a time zone, or of both; without a culture texts have their invariant form, in local time. */
export function regionOf(culture: Culture | undefined, clock: ZoneClock | undefined): Region | undefined {
  if (!culture && !clock) return undefined;
  const datetimes = datetimeType(culture, clock);
  if (!culture) return (type) => (type === "datetime" ? datetimes : undefined);
  const numbers = numberType(culture);
  const types: Partial<Record<FieldType, RegionalType>> = {
    integer: numbers,
    int64: numbers,
    real: numbers,
    date: dateType(culture),
    time: timeType(culture),
    datetime: datetimes,
  };
  return (type) => types[type];
}

function numberType(culture: Culture): RegionalType {
  const readNumber = numberReader(culture);
  const expected = `a number as ${culture.name} writes it, such as ${sampleNumber(culture)}`;
  const read = (text: string): Read => toRead(readNumber(text.trim()));
  return { expected, hasExamples: false, read, write: numberWriter(culture) };
}

function toRead(invariant: string | undefined): Read {
  return invariant === undefined ? undefined : { invariant };
}

/** The year comes first and has four digits: every language reads it so. The offset is the group. */
const invariantForm = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

function dateType(culture: Culture): RegionalType {
  const { readDate } = dateReader(culture);
  const write = patternWriter(culture.datePatterns[0] ?? "");
  const expected = `a date as ${culture.name} writes it, such as ${write("2026-01-31")}, with four digits for the year`;
  return {
    expected,
    hasExamples: true,
    write,
    read(text) {
      const trimmed = text.trim();
      if (invariantForm.test(trimmed)) return { invariant: trimmed };
      const local = readDate(trimmed);
      return toRead(local && (local.clock === undefined ? local.date : `${local.date}T${local.clock}`));
    },
  };
}

function timeType(culture: Culture): RegionalType {
  const { readClock } = dateReader(culture);
  const write = patternWriter(culture.timePattern);
  const expected = `a time as ${culture.name} writes it, such as ${write("08:30:00")}`;
  return { expected, hasExamples: true, write, read: (text) => toRead(readClock(text.trim())) };
}

/** A time with its offset is a moment, whatever the language; any other is a time of the zone, or of UTC without one. */
function datetimeType(culture: Culture | undefined, clock: ZoneClock | undefined): RegionalType {
  const readDate = culture ? dateReader(culture).readDate : () => undefined;
  const write = datetimeWriter(culture);
  const how = culture ? ` as ${culture.name} writes it` : "";
  const expected = `a date and time${how}, such as ${write("2026-01-31T08:30:00")}`;
  return {
    expected,
    hasExamples: true,
    write: (canonical) => writeLocal(canonical, clock, write),
    read(text) {
      const trimmed = text.trim();
      const form = invariantForm.exec(trimmed);
      if (form && (!clock || form[1] !== undefined)) return { invariant: trimmed };
      const local = form ? invariantParts(trimmed) : readDate(trimmed);
      return local && readLocal(`${local.date}T${local.clock ?? "00:00:00"}`, clock);
    },
  };
}

function invariantParts(text: string): LocalTime {
  const clock = text.slice(11);
  return { date: text.slice(0, 10), clock: clock === "" ? undefined : clock.length === 5 ? `${clock}:00` : clock };
}

function datetimeWriter(culture: Culture | undefined): (local: string) => string {
  if (!culture) return (local) => local;
  const writeDate = patternWriter(culture.datePatterns[0] ?? "");
  const writeTime = patternWriter(culture.timePattern);
  return (local) => `${writeDate(local)} ${writeTime(local.slice(11))}`;
}

/** The original's empty datetime, which no zone moves. */
const emptyDatetime = "1900-01-01T00:00:00";
const seconds = emptyDatetime.length;

function readLocal(local: string, clock: ZoneClock | undefined): Read {
  const whole = local.slice(0, seconds);
  if (!clock || whole === emptyDatetime) return { invariant: local };
  const localMs = isDate(local.slice(0, 10)) ? Date.parse(`${whole}Z`) : Number.NaN;
  // What no clock shows is refused by the type's own rule.
  if (Number.isNaN(localMs)) return { invariant: local };
  const utcMs = clock.toUtc(localMs);
  if (utcMs === "never") {
    const where = `the clocks of ${clock.timeZone} left out when they were put forward`;
    return {
      problem: `holds a local time that ${where}. Write a time that there was, or one in UTC, such as ${inUtc}`,
    };
  }
  if (utcMs === "twice") {
    const where = `the clocks of ${clock.timeZone} showed twice when they were put back`;
    return { problem: `holds a local time that ${where}. Write which one is meant, in UTC, such as ${inUtc}` };
  }
  const moved = new Date(utcMs).toISOString().slice(0, seconds);
  return isDate(moved.slice(0, 10)) ? { invariant: `${moved}${local.slice(seconds)}Z` } : undefined;
}

const inUtc = "2026-10-25T01:30:00Z";

/** A moment that its local time does not tell is written as it is, in UTC, so that the file reads as the same again. */
function writeLocal(canonical: string, clock: ZoneClock | undefined, write: (local: string) => string): string {
  const fraction = canonical.slice(seconds, -1);
  if (!clock) return write(canonical.slice(0, -1));
  const utcMs = Date.parse(`${canonical.slice(0, seconds)}Z`);
  const localMs = clock.toLocal(utcMs);
  if (clock.toUtc(localMs) !== utcMs) return canonical;
  const local = new Date(localMs).toISOString().slice(0, seconds);
  return local === emptyDatetime || !isDate(local.slice(0, 10)) ? canonical : write(`${local}${fraction}`);
}
