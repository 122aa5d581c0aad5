import { expect, test } from "vitest";
import { isDate } from "../../shared/domain/calendar.ts";

test("a date is a day of the calendar, leap years and centuries included", () => {
  expect(["2024-02-29", "2000-02-29", "2026-12-31", "2026-04-30"].filter(isDate)).toHaveLength(4);
  expect(["2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-01", "2026-1-1"].filter(isDate)).toEqual([]);
  expect(["2026-01-00", "0000-01-01"].filter(isDate)).toEqual([]);
});
