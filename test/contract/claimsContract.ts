import { describe, expect, test } from "vitest";
import { type OpenStoresFor, idAt, job, noon, pagesOf } from "./storesHarness.ts";

function claimOf(number: number, until = noon) {
  return { messageId: idAt(noon, number), activityId: job(number), until };
}

export function claimsContract(name: string, open: OpenStoresFor): void {
  describe(`claims on ${name}`, () => {
    test("are listed page by page, of all jobs", async () => {
      const { claims } = (await open()).stores;
      for (const number of [3, 1, 2]) await claims.put(claimOf(number));

      expect(await pagesOf((page) => claims.list(page), 2)).toEqual([[claimOf(1), claimOf(2)], [claimOf(3)]]);
    });

    test("are put again for a longer time", async () => {
      const { claims } = (await open()).stores;
      await claims.put(claimOf(1));
      await claims.put(claimOf(1, noon + 5));

      expect((await claims.list({ limit: 10 })).items).toEqual([claimOf(1, noon + 5)]);
    });

    test("are one for each run of a message, and one that names none as release 0.1.0 wrote it", async () => {
      const { claims } = (await open()).stores;
      const [earlier, later] = [
        { ...claimOf(1), run: 1 },
        { ...claimOf(1), run: 12 },
      ];
      for (const claim of [claimOf(1), later, earlier]) await claims.put(claim);
      await claims.remove({ messageId: earlier.messageId, run: 1 });

      expect((await claims.list({ limit: 10 })).items).toEqual([claimOf(1), later]);
      await claims.remove(claimOf(1));
      expect((await claims.list({ limit: 10 })).items).toEqual([later]);
    });

    test("are removed, also when they are gone already", async () => {
      const { claims } = (await open()).stores;
      await claims.put(claimOf(1));

      await claims.remove(claimOf(1));
      await claims.remove(claimOf(1));

      expect(await claims.list({ limit: 10 })).toEqual({ items: [] });
    });
  });
}
