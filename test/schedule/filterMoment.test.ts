import { describe, expect, test } from "vitest";
import { filterMoment } from "../../shared/schedule/filterMoment.ts";

describe("the moment of a filter", () => {
  test("has the day of its time zone", () => {
    const at = Date.UTC(2026, 10, 24, 23, 30);

    expect(filterMoment(at, "UTC").today).toBe("2026-11-24");
    expect(filterMoment(at, "Europe/Copenhagen").today).toBe("2026-11-25");
    expect(filterMoment(at, "America/New_York").today).toBe("2026-11-24");
  });

  test.each([
    ["Europe/Copenhagen", "2026-07-01", "2026-06-30T22:00:00.000Z"],
    ["Europe/Copenhagen", "2026-12-01", "2026-11-30T23:00:00.000Z"],
    // Clocks went from midnight to one o'clock: the day began at one.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
    // Clocks went back from midnight: that midnight came twice, and the day began at the second, an hour before it is over.
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
    ["UTC", "0001-01-01", "0001-01-01T00:00:00.000Z"],
  ])("in %s %s begins at %s", (timeZone, date, expected) => {
    expect(new Date(filterMoment(0, timeZone).startOfDay(date)).toISOString()).toBe(expected);
  });
});
