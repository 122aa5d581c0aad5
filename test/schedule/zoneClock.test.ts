import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { isTimeZone } from "../../shared/schedule/timeZone.ts";
import { ianaZoneOf } from "../../shared/schedule/windowsZones.ts";
import { zoneClock } from "../../shared/schedule/zoneClock.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Tehran",
  "Pacific/Apia",
  "Africa/Casablanca",
];
const moments = fc.date({ min: new Date("1901-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });

test("a zone's clocks show what Temporal says", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), moments, (zone, moment) => {
      const ms = Math.floor(moment.getTime() / 1_000) * 1_000;
      const offsetNs = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds;

      expect(zoneClock(zone).toLocal(ms)).toBe(ms + offsetNs / 1e6);
    }),
    { numRuns: 2_000 },
  );
});

test("a local time is the one moment that Temporal finds, or is told to be none or two", () => {
  const local = fc.tuple(
    fc.constantFrom(...zones),
    fc.date({ min: new Date("2006-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
  );
  const hour = 3_600_000;
  // Near the changes of clocks, where it matters.
  const nearChanges = fc.tuple(
    fc.constantFrom(...zones),
    fc.constantFrom(
      "2026-03-29T01",
      "2026-10-25T01",
      "2026-11-01T06",
      "2026-04-04T15",
      "2026-10-03T15",
      "2011-12-30T10",
    ),
    fc.integer({ min: -30 * 60, max: 30 * 60 }),
  );
  const near = nearChanges.map(
    ([zone, day, minutes]) => [zone, new Date(Date.parse(`${day}:00:00Z`) + minutes * 60_000)] as const,
  );
  fc.assert(
    fc.property(fc.oneof(local, near), ([zone, date]) => {
      const localMs = Math.floor(date.getTime() / 1_000) * 1_000;
      const plain = Temporal.PlainDateTime.from(new Date(localMs).toISOString().slice(0, 19));
      const [earlier, later] = (["earlier", "later"] as const).map((disambiguation) =>
        plain.toZonedDateTime(zone, { disambiguation }),
      );
      const isThere = earlier!.toPlainDateTime().equals(plain);
      const isOne = earlier!.epochMilliseconds === later!.epochMilliseconds;

      expect(zoneClock(zone).toUtc(localMs)).toBe(!isThere ? "never" : isOne ? earlier!.epochMilliseconds : "twice");
      expect(zoneClock(zone).toLocal(localMs) - localMs).toBeLessThanOrEqual(14 * hour);
    }),
    { numRuns: 2_000 },
  );
});

test("a time before there were zones has the town's own offset, to the second", () => {
  const utcMs = Date.parse("1880-01-01T00:00:00Z");

  expect(zoneClock("Europe/Berlin").toLocal(utcMs) - utcMs).toBe(3_208_000);
});

describe("the Windows name of a zone", () => {
  const table = readFileSync(path.resolve(import.meta.dirname, "../../shared/schedule/windowsZones.ts"), "utf8");
  const windowsZoneNames = Array.from(table.matchAll(/^  "([^"]+)": "/gm), ([, name]) => name!);

  test.each(windowsZoneNames)("%s is one that this machine knows", (name) => {
    expect(isTimeZone(ianaZoneOf(name)!)).toBe(true);
  });

  test("is known in any case, beside the IANA names, and nothing else is", () => {
    expect(ianaZoneOf("w. europe standard time")).toBe("Europe/Berlin");
    expect(ianaZoneOf("Europe/Oslo")).toBe("Europe/Oslo");
    for (const name of ["Mars", "+02:00", ""]) expect(ianaZoneOf(name)).toBeUndefined();
    expect(zoneClock("Romance Standard Time").toUtc(Date.parse("2026-07-01T00:00:00Z"))).toBe(
      Date.parse("2026-06-30T22:00:00Z"),
    );
  });
});
