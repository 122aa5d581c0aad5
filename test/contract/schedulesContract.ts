import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../shared/ports.ts";
import { type OpenStoresFor, job, noon, present } from "./storesHarness.ts";

function schedule(number: number, nextDueAt?: number): Schedule {
  const standing = { activityId: job(number), afterMs: noon, occurrencesSoFar: 3 };
  return nextDueAt === undefined ? standing : { ...standing, nextDueAt };
}

export function schedulesContract(name: string, open: OpenStoresFor, propertyRuns: number): void {
  describe(`schedules on ${name}`, () => {
    test("are saved by the first, then by whoever saw the newest", async () => {
      const { schedules } = (await open()).stores;

      expect(await schedules.find("processing", job(1))).toBeUndefined();
      expect(await schedules.save("processing", schedule(1, noon + 1), undefined)).toBe(true);
      expect(await schedules.save("processing", schedule(1, noon + 9), undefined)).toBe(false);
      const seen = present(await schedules.find("processing", job(1)));
      expect(seen.value).toEqual(schedule(1, noon + 1));
      expect(await schedules.save("processing", schedule(1, noon + 2), seen)).toBe(true);
      expect(await schedules.save("processing", schedule(1, noon + 3), seen)).toBe(false);
      expect((await schedules.find("processing", job(1)))?.value).toEqual(schedule(1, noon + 2));
      expect(await schedules.find("monitoring", job(1))).toBeUndefined();
    });

    test("are due from their time on, the earliest first, each kind by itself", async () => {
      const { schedules } = (await open()).stores;
      await schedules.save("processing", schedule(1, noon), undefined);
      await schedules.save("processing", schedule(2, noon - 5), undefined);
      await schedules.save("processing", schedule(3, noon + 1), undefined);
      await schedules.save("processing", schedule(4), undefined);
      await schedules.save("monitoring", schedule(5, noon - 9), undefined);

      expect(await schedules.listDue("processing", noon, 10)).toEqual([job(2), job(1)]);
      expect(await schedules.listDue("processing", noon, 1)).toEqual([job(2)]);
      expect(await schedules.listDue("processing", noon - 6, 10)).toEqual([]);
      expect(await schedules.listDue("monitoring", noon, 10)).toEqual([job(5)]);
    });

    test("are no longer due once they are removed, at the state that the caller saw", async () => {
      const { schedules } = (await open()).stores;
      await schedules.save("processing", schedule(1, noon), undefined);
      const first = present(await schedules.find("processing", job(1)));
      await schedules.save("processing", schedule(1, noon - 1), first);
      const second = present(await schedules.find("processing", job(1)));

      expect(await schedules.remove("processing", first)).toBe(false);
      expect(await schedules.remove("processing", second)).toBe(true);
      expect(await schedules.remove("processing", second)).toBe(false);
      expect(await schedules.find("processing", job(1))).toBeUndefined();
      expect(await schedules.listDue("processing", noon, 10)).toEqual([]);
    });

    test("and the index of due jobs say the same, whatever is saved, races included", async () => {
      const times = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
      const action = fc.record({ number: fc.integer({ min: 1, max: 3 }), time: times, rival: times });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 15 }), async (actions) => {
          const { stores, others } = await open();

          for (const { number, time, rival } of actions) {
            const seen = await stores.schedules.find("processing", job(number));
            await Promise.all(
              [time, rival].map((each, index) => {
                const { schedules } = index === 0 ? stores : others;
                if (each === 5 && seen) return schedules.remove("processing", seen);
                return schedules.save("processing", schedule(number, each === undefined ? each : noon + each), seen);
              }),
            );
          }

          const all = await Promise.all([1, 2, 3].map((number) => stores.schedules.find("processing", job(number))));
          const due = all.flatMap((stored) => (stored?.value.nextDueAt === undefined ? [] : [stored.value.activityId]));
          expect((await stores.schedules.listDue("processing", noon + 10, 10)).toSorted()).toEqual(due);
        }),
        { numRuns: propertyRuns },
      );
    });
  });
}
