import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import { recurrenceErrors } from "../../shared/schedule/recurrenceErrors.ts";
import { isTimeZone } from "../../shared/schedule/timeZone.ts";

const mondays: Recurrence = {
  start: "2026-01-31T08:00:00",
  timeZone: "Europe/Copenhagen",
  frequency: "week",
  interval: 1,
  weekdays: ["monday"],
  end: { kind: "by", date: "2026-02-02" },
};

describe("a recurrence can be saved", () => {
  test("when its members fit and a date is due", () => {
    expect(recurrenceErrors(mondays)).toEqual([]);
  });

  test("not when its zone is unknown", () => {
    expect(recurrenceErrors({ ...mondays, timeZone: "Mars/Olympus" }).map((found) => found.path)).toEqual(["timeZone"]);
  });

  test("not when it ends before its first due time", () => {
    const [error] = recurrenceErrors({ ...mondays, end: { kind: "by", date: "2026-02-01" } });

    expect(error).toEqual({ path: "end", message: expect.stringMatching(/before its first due time/) });
  });

  test("not when members do not fit, all of which are told with the zone", () => {
    const wrong: Recurrence = { ...mondays, start: "soon", interval: 0, timeZone: "" };

    expect(recurrenceErrors(wrong).map((found) => found.path)).toEqual(["start", "interval", "timeZone"]);
  });
});

test("a time zone is an IANA name, never an offset", () => {
  const names = ["Europe/Copenhagen", "Asia/Tehran", "UTC", "Australia/Lord_Howe"];

  expect(names.filter(isTimeZone)).toEqual(names);
  expect(["", "+02:00", "Romance Standard Time", "Europe/Nowhere", " UTC"].filter(isTimeZone)).toEqual([]);
});
