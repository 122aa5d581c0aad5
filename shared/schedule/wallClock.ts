import { Temporal } from "temporal-polyfill";

/**
 * The moment at which the zone's clocks show the local time. A time inside a gap moves forward by the gap's length; of
 * a time that comes twice, the earlier counts (Temporal's "compatible").
 */
export function instantOf(local: string, timeZone: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The same for a local time given as if it were UTC, the form in which the calendar rules are computed. */
export function instantOfWall(wallMs: number, timeZone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO("UTC").toPlainDateTime();
  return local.toZonedDateTime(timeZone).epochMilliseconds;
}

/** What the zone's clocks show at the moment, as if it were UTC. */
export function wallOf(instantMs: number, timeZone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone);
  return instantMs + zoned.offsetNanoseconds / 1e6;
}

/** The last millisecond of the local date; a date that the zone left out ends where it would have begun. */
export function endOfDate(date: string, timeZone: string): number {
  const nextDate = Temporal.PlainDate.from(date).add({ days: 1 });
  return nextDate.toZonedDateTime(timeZone).epochMilliseconds - 1;
}

/** The moment at which the zone's present day began. */
export function startOfDay(instantMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).startOfDay().epochMilliseconds;
}
