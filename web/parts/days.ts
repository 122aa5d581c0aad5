import type { Zone } from "./Zone.tsx";

/** The day of a moment in the viewer's zone, as "2026-11-26". */
export function dayOf(moment: Date, zone: Zone): string {
  if (zone === "utc") return moment.toISOString().slice(0, 10);
  const two = (number: number): string => number.toString().padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The moment at which a day begins, or one so many days later; undefined for what is no day. */
export function startOf(day: string | null, zone: Zone, later = 0): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "") ?? [];
  if (year === undefined) return undefined;
  const parts = [Number(year), Number(month) - 1, Number(date) + later] as const;
  const moment = zone === "utc" ? new Date(Date.UTC(...parts)) : new Date(...parts);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** The IANA name of the zone that days begin in. */
export function zoneName(zone: Zone): string {
  return zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
