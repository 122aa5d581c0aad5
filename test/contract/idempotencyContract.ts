import { describe, expect, test } from "vitest";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { type OpenStoresFor, idAt, job, noon, present } from "./storesHarness.ts";

function record(number: number, reservedAt = noon + number) {
  return { messageId: idAt(noon, number), reservedAt };
}

export function idempotencyContract(name: string, open: OpenStoresFor): void {
  describe(`idempotency keys on ${name}`, () => {
    test("are any text, and belong to one job", async () => {
      const { idempotency } = (await open()).stores;
      const keys = ["a/b?c#d\\e%2f", "A", "a", " a", "", "🙂".repeat(4000), "k_"];

      for (const [index, key] of keys.entries()) {
        expect(await idempotency.insert(job(1), key, record(index))).toBe(true);
      }

      for (const [index, key] of keys.entries()) {
        expect((await idempotency.find(job(1), key))?.value).toEqual(record(index));
        expect(await idempotency.find(job(2), key)).toBeUndefined();
      }
    });

    test("are taken by one of many who want them", async () => {
      const { stores, others } = await open();

      const tries = Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? stores : others).idempotency.insert(job(1), "key", record(index)),
      );
      const won = (await Promise.all(tries)).flatMap((isWon, index) => (isWon ? [index] : []));

      expect(won).toHaveLength(1);
      expect((await stores.idempotency.find(job(1), "key"))?.value).toEqual(record(present(won[0])));
    });

    test("are replaced by the one who saw the newest record", async () => {
      const { idempotency } = (await open()).stores;
      await idempotency.insert(job(1), "key", record(1));
      const seen = present(await idempotency.find(job(1), "key"));

      expect(await idempotency.replace(job(1), "key", { ...record(1), sha256: "f" }, seen.etag)).toBe(true);
      expect(await idempotency.replace(job(1), "key", record(2), seen.etag)).toBe(false);
      expect((await idempotency.find(job(1), "key"))?.value).toEqual({ ...record(1), sha256: "f" });
      expect(await idempotency.replace(job(1), "other", record(1), seen.etag)).toBe(false);
    });

    test("are free again once they are removed, and nothing of them is left", async () => {
      const { ground, stores } = await open();
      await stores.idempotency.insert(job(1), "key", record(1));

      await stores.idempotency.remove(job(1), "key");
      await stores.idempotency.remove(job(1), "key");

      expect(await stores.idempotency.find(job(1), "key")).toBeUndefined();
      expect(await ground.table(tableNames.idempotency).list(job(1), { limit: 9 })).toEqual({ rows: [] });
      expect(await stores.idempotency.insert(job(1), "key", record(2))).toBe(true);
    });

    test("that were reserved earlier are removed, a bounded number at a time", async () => {
      const { idempotency } = (await open()).stores;
      for (let number = 1; number <= 6; number++) await idempotency.insert(job(1), `${number}`, record(number));

      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(3);
      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(1);
      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(0);
      const left = await Promise.all([1, 4, 5, 6].map((number) => idempotency.find(job(1), `${number}`)));
      expect(left.map((stored) => stored !== undefined)).toEqual([false, false, true, true]);
    });

    test("that were reserved anew are as old as their last reservation", async () => {
      const { ground, stores } = await open();
      await stores.idempotency.insert(job(1), "key", record(1));
      const seen = present(await stores.idempotency.find(job(1), "key"));
      await stores.idempotency.replace(job(1), "key", record(1, noon + 50), seen.etag);

      expect(await stores.idempotency.removeBefore(job(1), noon + 50, 10)).toBe(0);
      expect(await stores.idempotency.removeBefore(job(1), noon + 51, 10)).toBe(1);
      expect(await ground.table(tableNames.idempotency).list(job(1), { limit: 9 })).toEqual({ rows: [] });
    });

    test("never stand in a table as they are", async () => {
      const { ground, stores } = await open();
      await stores.idempotency.insert(job(1), "confidential", record(1));

      const { rows } = await ground.table(tableNames.idempotency).list(job(1), { limit: 9 });

      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toContain("confidential");
    });
  });
}
