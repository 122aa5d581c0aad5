import type { FilterMoment } from "../domain/filter/relativeDates.ts";
import { instantOf, wallOf } from "./wallClock.ts";

/** A moment by which a filter's relative dates count, in the time zone whose days are meant. */
export function filterMoment(at: number, timeZone: string): FilterMoment {
  const today = new Date(wallOf(at, timeZone)).toISOString().slice(0, 10);
  return { at, today, startOfDay: (date) => instantOf(`${date}T00:00:00`, timeZone) };
}
