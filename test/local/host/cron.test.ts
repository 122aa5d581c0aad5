import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron } from "../../../local/host/cron.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const next = (schedule: string, after: string): string | undefined => {
  const time = parseCron(schedule).next(at(after));
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 19);
};

describe("a timer's schedule", () => {
  for (const [schedule, after, due] of [
    ["0 */5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"],
    ["0 */5 * * * *", "2026-01-01T23:58:00", "2026-01-02T00:00:00"],
    ["*/2 * * * * *", "2026-01-01T00:00:01.999", "2026-01-01T00:00:02"],
    ["*/2 * * * * *", "2026-01-01T00:00:02", "2026-01-01T00:00:04"],
    ["* * * * *", "2026-01-01T00:00:30", "2026-01-01T00:01:00"],
    ["30 15 9-17/4 * * *", "2026-01-01T13:15:30", "2026-01-01T17:15:30"],
    ["0 0 0 1,15 * *", "2026-01-02T00:00:00", "2026-01-15T00:00:00"],
    ["0 0 9 * * mon-fri", "2026-01-02T09:00:00", "2026-01-05T09:00:00"],
    ["0 0 0 1 JAN *", "2026-01-01T00:00:00", "2027-01-01T00:00:00"],
    ["0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"],
    ["0 50/5 * * * *", "2026-01-01T00:51:00", "2026-01-01T00:55:00"],
  ] as const) {
    test(`"${schedule}" comes after ${after} at ${due}`, () => {
      expect(next(schedule, after)).toBe(due);
    });
  }

  test("with a day and a day of week comes only where both fit", () => {
    expect(next("0 0 0 13 * fri", "2026-01-01T00:00:00")).toBe("2026-02-13T00:00:00");
  });

  test("that names 30 February never comes", () => {
    expect(next("0 0 0 30 2 *", "2026-01-01T00:00:00")).toBeUndefined();
  });

  for (const [schedule, reason] of [
    ["", "fields"],
    ["* * * *", "fields"],
    ["60 * * * * *", "second"],
    ["0 0 24 * * *", "hour"],
    ["0 0 0 0 * *", "day"],
    ["0 0 0 * * 7", "day of week"],
    ["0 0 5-3 * * *", "hour"],
    ["*/0 * * * * *", "second"],
    ["0 a * * * *", "minute"],
  ] as const) {
    test(`"${schedule}" is refused for its ${reason}`, () => {
      expect(() => parseCron(schedule)).toThrow(reason);
    });
  }

  test("comes at the first second that fits, whatever the start", () => {
    const schedule = parseCron("*/7 3-50/11 */5 * * *");
    const fits = (time: number): boolean => {
      const date = new Date(time);
      const minute = date.getUTCMinutes();
      return (
        date.getUTCSeconds() % 7 === 0 &&
        minute >= 3 &&
        minute <= 50 &&
        (minute - 3) % 11 === 0 &&
        date.getUTCHours() % 5 === 0
      );
    };
    fc.assert(
      fc.property(fc.integer({ min: at("2026-01-01T00:00:00"), max: at("2026-01-03T00:00:00") }), (after) => {
        const due = schedule.next(after);
        let expected = Math.floor(after / 1000) * 1000 + 1000;
        while (!fits(expected)) expected += 1000;
        expect(due).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
});
