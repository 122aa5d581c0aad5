import { describe, expect, test } from "vitest";
import { type OpenStoresFor, noon, present } from "./storesHarness.ts";

const leaseMs = 60_000;

export function leasesContract(name: string, open: OpenStoresFor): void {
  describe(`a lease on ${name}`, () => {
    test("goes to one of many who want it", async () => {
      const { stores, others } = await open();

      const tries = Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? stores : others).leases.acquire("upkeep", `owner ${index}`, noon, leaseMs),
      );
      const won = (await Promise.all(tries)).filter((lease) => lease !== undefined);

      expect(won).toHaveLength(1);
      expect(won[0]).toMatchObject({ name: "upkeep", until: noon + leaseMs });
    });

    test("is nobody else's until it ends or is released", async () => {
      const { leases } = (await open()).stores;
      const lease = present(await leases.acquire("drain/a?b", "one", noon, leaseMs));

      expect(await leases.acquire("drain/a?b", "two", noon + leaseMs - 1, leaseMs)).toBeUndefined();
      expect(await leases.acquire("drain/c", "two", noon, leaseMs)).toBeDefined();
      await leases.release(lease);
      expect(await leases.acquire("drain/a?b", "two", noon, leaseMs)).toMatchObject({ owner: "two" });
    });

    test("that ended is lost once somebody else took it", async () => {
      const { stores, others } = await open();
      const first = present(await stores.leases.acquire("upkeep", "one", noon, leaseMs));
      const second = present(await others.leases.acquire("upkeep", "two", noon + leaseMs, leaseMs));

      expect(await stores.leases.renew(first, noon + leaseMs, leaseMs)).toBeUndefined();
      await stores.leases.release(first);
      expect(await stores.leases.acquire("upkeep", "one", noon + leaseMs, leaseMs)).toBeUndefined();
      expect(await others.leases.renew(second, noon + leaseMs, leaseMs)).toBeDefined();
    });

    test("is renewed for as long as it was not lost, each time with a new ETag", async () => {
      const { leases } = (await open()).stores;
      const lease = present(await leases.acquire("upkeep", "one", noon, leaseMs));

      const renewed = present(await leases.renew(lease, noon + leaseMs + 5, leaseMs));

      expect(renewed.until).toBe(noon + 2 * leaseMs + 5);
      expect(await leases.renew(lease, noon, leaseMs)).toBeUndefined();
      expect(await leases.acquire("upkeep", "two", noon + 2 * leaseMs, leaseMs)).toBeUndefined();
      await leases.release(renewed);
      expect(await leases.renew(renewed, noon, leaseMs)).toBeUndefined();
    });

    test("is given to its own holder again, which fences the earlier hold", async () => {
      const { leases } = (await open()).stores;
      const first = present(await leases.acquire("upkeep", "one", noon, leaseMs));

      const again = present(await leases.acquire("upkeep", "one", noon + 1, leaseMs));

      expect(await leases.renew(first, noon + 1, leaseMs)).toBeUndefined();
      expect(await leases.renew(again, noon + 1, leaseMs)).toBeDefined();
    });
  });
}
