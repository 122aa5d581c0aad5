import { describe, expect, test } from "vitest";
import type { LoadSample } from "../../shared/domain/loadSample.ts";
import { type OpenStoresFor, job, noon, pagesOf } from "./storesHarness.ts";

function sample(number: number, waiting = number): LoadSample {
  const rest = { oldestAgeMs: 1, inProcess: 2, processedSinceLast: 3, failedSinceLast: 4, bytesWaiting: 5_000_000_000 };
  return { at: noon + number, waiting, ...rest };
}

export function loadSamplesContract(name: string, open: OpenStoresFor): void {
  describe(`load samples on ${name}`, () => {
    test("are listed newest first, page by page, each job's by themselves", async () => {
      const { loadSamples } = (await open()).stores;
      for (const number of [2, 10, 1]) await loadSamples.add(job(1), sample(number));
      await loadSamples.add(job(2), sample(7));

      const pages = await pagesOf((page) => loadSamples.list(job(1), page), 2);

      expect(pages).toEqual([[sample(10), sample(2)], [sample(1)]]);
    });

    test("of one moment are one sample, the last", async () => {
      const { loadSamples } = (await open()).stores;
      await loadSamples.add(job(1), sample(1, 5));
      await loadSamples.add(job(1), sample(1, 6));

      expect((await loadSamples.list(job(1), { limit: 10 })).items).toEqual([sample(1, 6)]);
    });

    test("that are older are removed, a bounded number at a time", async () => {
      const { loadSamples } = (await open()).stores;
      for (let number = 1; number <= 6; number++) await loadSamples.add(job(1), sample(number));

      expect(await loadSamples.removeBefore(job(1), noon + 5, 3)).toBe(3);
      expect(await loadSamples.removeBefore(job(1), noon + 5, 3)).toBe(1);
      expect(await loadSamples.removeBefore(job(1), noon + 5, 3)).toBe(0);
      expect((await loadSamples.list(job(1), { limit: 10 })).items).toEqual([sample(6), sample(5)]);
    });

    test("that two remove at once are each counted once, and none is left", async () => {
      const { stores, others } = await open();
      for (let number = 1; number <= 6; number++) await stores.loadSamples.add(job(1), sample(number));

      const removed = await Promise.all([
        stores.loadSamples.removeBefore(job(1), noon + 9, 3),
        others.loadSamples.removeBefore(job(1), noon + 9, 6),
      ]);

      expect(removed.reduce((sum, count) => sum + count)).toBe(6);
      expect(await stores.loadSamples.list(job(1), { limit: 10 })).toEqual({ items: [] });
    });
  });
}
