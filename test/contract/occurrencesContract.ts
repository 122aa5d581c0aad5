import { describe, expect, test } from "vitest";
import type { Occurrence } from "../../shared/domain/occurrence.ts";
import { finishOccurrence, recordDecision, skipOccurrence, startOccurrence } from "../../shared/domain/occurrence.ts";
import { type OpenStoresFor, job, noon, pagesOf, present } from "./storesHarness.ts";

const minute = 60_000;

function due(number: number, outcome: "run" | "skipped" | "missed" = "run", lastNumber = number): Occurrence {
  const dueAt = noon + number * minute;
  const lastDueAt = noon + lastNumber * minute;
  return recordDecision(job(1), { outcome, dueAt, lastDueAt, dueTimes: lastNumber - number + 1, reason: null }, noon);
}

export function occurrencesContract(name: string, open: OpenStoresFor): void {
  describe(`occurrences on ${name}`, () => {
    test("are inserted once for each due time of a job, by one of many who try", async () => {
      const { stores, others } = await open();

      const tries = Array.from({ length: 8 }, (_, index) => (index % 2 ? stores : others).occurrences.insert(due(1)));

      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await stores.occurrences.insert({ ...due(1), trigger: "manual" })).toBe(false);
      expect(await stores.occurrences.insert({ ...due(1), activityId: job(2) })).toBe(true);
      expect((await stores.occurrences.find(job(1), noon + minute))?.value).toEqual(due(1));
      expect(await stores.occurrences.find(job(1), noon)).toBeUndefined();
    });

    test("are replaced by the one who saw the newest state", async () => {
      const { occurrences } = (await open()).stores;
      await occurrences.insert(due(1));
      const seen = present(await occurrences.find(job(1), noon + minute));
      const started = startOccurrence(seen.value, noon);

      expect(await occurrences.replace(seen, started)).toBe(true);
      expect(await occurrences.replace(seen, startOccurrence(seen.value, noon + 1))).toBe(false);
      expect((await occurrences.find(job(1), noon + minute))?.value).toEqual(started);
    });

    test("are listed newest first, page by page", async () => {
      const { occurrences } = (await open()).stores;
      for (const number of [2, 10, 1, 9, 3]) await occurrences.insert(due(number));

      const pages = await pagesOf((page) => occurrences.list(job(1), page), 2);

      expect(pages).toEqual([[due(10), due(9)], [due(3), due(2)], [due(1)]]);
    });

    test("wait from their recording until they begin or are left out, and are listed so, the oldest first", async () => {
      const { occurrences } = (await open()).stores;
      for (const number of [10, 2, 9]) await occurrences.insert(due(number));
      await occurrences.insert(due(3, "skipped"));
      await occurrences.insert(due(4, "missed", 6));
      await occurrences.insert({ ...due(1), trigger: "manual" });
      await occurrences.insert({ ...due(5), activityId: job(2) });
      const waiting = (number: number) => ({ dueAt: noon + number * minute, trigger: "recurrence", recordedAt: noon });
      const manual = { ...waiting(1), trigger: "manual" };
      expect(await occurrences.listWaiting(job(1), 3)).toEqual([manual, waiting(2), waiting(9)]);

      for (const [number, end] of [
        [2, startOccurrence],
        [10, skipOccurrence],
      ] as const) {
        const seen = present(await occurrences.find(job(1), noon + number * minute));
        expect(await occurrences.replace(seen, end(seen.value, noon, "Why not."))).toBe(true);
      }

      expect(await occurrences.listWaiting(job(1), 10)).toEqual([manual, waiting(9)]);
    });

    test("begin once, also where an earlier version recorded them without a second row", async () => {
      const { ground, stores } = await open();
      const { occurrences } = stores;
      await occurrences.insert(due(1));
      await ground.table("occurrences").remove(job(1), "w_0001767268860000");
      expect(await occurrences.listWaiting(job(1), 10)).toEqual([]);
      const seen = present(await occurrences.find(job(1), noon + minute));
      const started = startOccurrence(seen.value, noon);

      expect(await occurrences.replace(seen, started)).toBe(true);
      expect(await occurrences.replace(seen, startOccurrence(seen.value, noon + 1))).toBe(false);
      expect((await occurrences.find(job(1), noon + minute))?.value).toEqual(started);
    });

    test("are removed when they are final and older, and not before", async () => {
      const { occurrences } = (await open()).stores;
      const finished = finishOccurrence(startOccurrence(due(3), noon), noon);
      const started = startOccurrence(due(2), noon);
      const folded = due(4, "missed", 9);
      const rows = [due(1), started, finished, folded, due(5, "skipped"), due(6, "missed"), due(7, "missed")];
      for (const row of rows) await occurrences.insert(row);

      expect(await occurrences.removeBefore(job(1), noon + 6 * minute, 100)).toBe(2);
      const left = (await occurrences.list(job(1), { limit: 100 })).items;
      expect(left).toEqual([due(7, "missed"), due(6, "missed"), folded, started, due(1)]);
      expect(await occurrences.removeBefore(job(2), noon + 99 * minute, 100)).toBe(0);
    });

    test("are removed a bounded number at a time, past any that are not final", async () => {
      const { occurrences } = (await open()).stores;
      for (let number = 1; number <= 12; number++) await occurrences.insert(due(number, number > 8 ? "run" : "missed"));

      expect(await occurrences.removeBefore(job(1), noon + 99 * minute, 5)).toBe(5);
      expect(await occurrences.removeBefore(job(1), noon + 99 * minute, 5)).toBe(3);
      expect(await occurrences.removeBefore(job(1), noon + 99 * minute, 5)).toBe(0);
      expect((await occurrences.list(job(1), { limit: 100 })).items).toHaveLength(4);
    });
  });
}
