import { describe, expect, test } from "vitest";
import type { KeyRecord } from "../../shared/domain/uploadKey.ts";
import type { Stored } from "../../shared/ports/stored.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import { keepKeyAsFirstRelease } from "../support/firstRelease.ts";
import { type OpenStoresFor, idAt, job, noon, present } from "./storesHarness.ts";

function record(number: number, reservedAt = noon + number): KeyRecord {
  return { messageId: idAt(noon, number), reservedAt };
}

function take({ idempotency }: StoragePorts, key: string, next: KeyRecord): Promise<Stored<KeyRecord> | undefined> {
  return idempotency.change(job(1), { key, seen: undefined, next });
}

export function idempotencyContract(name: string, open: OpenStoresFor): void {
  describe(`idempotency keys on ${name}`, () => {
    test("are any text, and belong to one job", async () => {
      const { stores } = await open();
      const keys = ["a/b?c#d\\e%2f", "A", "a", " a", "", "🙂".repeat(4000), "k_"];

      for (const [index, key] of keys.entries()) {
        expect((await take(stores, key, record(index)))?.value).toEqual(record(index));
      }

      for (const [index, key] of keys.entries()) {
        expect((await stores.idempotency.find(job(1), key))?.value).toEqual(record(index));
        expect(await stores.idempotency.find(job(2), key)).toBeUndefined();
      }
    });

    test("are taken by one of many who want them", async () => {
      const { stores, others } = await open();

      const tries = Array.from({ length: 8 }, (_, index) => take(index % 2 ? stores : others, "key", record(index)));
      const won = (await Promise.all(tries)).flatMap((taken) => taken ?? []);

      expect(won).toHaveLength(1);
      expect(await stores.idempotency.find(job(1), "key")).toEqual(won[0]);
    });

    test("are changed by the one who saw the newest record", async () => {
      const { stores } = await open();
      const { idempotency } = stores;
      const seen = present(await take(stores, "key", record(1)));
      const next = { ...record(1), heldUntil: noon + 9 };

      const changed = present(await idempotency.change(job(1), { key: "key", seen, next }));

      expect(await idempotency.change(job(1), { key: "key", seen, next: record(2) })).toBeUndefined();
      expect(await idempotency.change(job(1), { key: "other", seen, next })).toBeUndefined();
      expect(await idempotency.find(job(1), "key")).toEqual(changed);
      expect(changed.value).toEqual(next);
    });

    test("are given up by the one who saw the newest record, and nothing of them is left", async () => {
      const { ground, stores } = await open();
      const { idempotency } = stores;
      const first = present(await take(stores, "key", record(1)));
      const seen = present(await idempotency.change(job(1), { key: "key", seen: first, next: record(2) }));

      await idempotency.remove(job(1), "key", first);
      expect(await idempotency.find(job(1), "key")).toEqual(seen);
      await idempotency.remove(job(1), "key", seen);
      await idempotency.remove(job(1), "key", seen);

      expect(await ground.table(tableNames.messages).list(job(1), { limit: 9 })).toEqual({ rows: [] });
      expect(await take(stores, "key", record(3))).toBeDefined();
    });

    test("that were reserved earlier are removed, a bounded number at a time", async () => {
      const { stores } = await open();
      const { idempotency } = stores;
      for (let number = 1; number <= 6; number++) await take(stores, `${number}`, record(number));

      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(3);
      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(1);
      expect(await idempotency.removeBefore(job(1), noon + 5, 3)).toBe(0);
      const left = await Promise.all([1, 4, 5, 6].map((number) => idempotency.find(job(1), `${number}`)));
      expect(left.map((stored) => stored !== undefined)).toEqual([false, false, true, true]);
    });

    test("that were reserved anew are as old as their last reservation", async () => {
      const { ground, stores } = await open();
      const { idempotency } = stores;
      const seen = present(await take(stores, "key", record(1)));
      await idempotency.change(job(1), { key: "key", seen, next: record(1, noon + 50) });

      expect(await idempotency.removeBefore(job(1), noon + 50, 10)).toBe(0);
      expect(await idempotency.removeBefore(job(1), noon + 51, 10)).toBe(1);
      expect(await ground.table(tableNames.messages).list(job(1), { limit: 9 })).toEqual({ rows: [] });
    });

    test("never stand in a table as they are", async () => {
      const { ground, stores } = await open();
      await take(stores, "confidential", record(1));

      const { rows } = await ground.table(tableNames.messages).list(job(1), { limit: 9 });

      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toContain("confidential");
    });

    test("of the first release are found where it kept them, and go when they are old", async () => {
      const { ground, stores } = await open();
      const { idempotency } = stores;
      const earlier = { ...record(1), sha256: "f" };
      await keepKeyAsFirstRelease(ground, job(1), "key", earlier);

      expect(await idempotency.findEarlier(job(1), "key")).toEqual(earlier);
      expect(await idempotency.findEarlier(job(1), "other")).toBeUndefined();
      expect(await idempotency.find(job(1), "key")).toBeUndefined();
      await take(stores, "new", record(2));
      expect(await idempotency.removeBefore(job(1), noon + 3, 10)).toBe(2);
      expect(await idempotency.findEarlier(job(1), "key")).toBeUndefined();
    });
  });
}
