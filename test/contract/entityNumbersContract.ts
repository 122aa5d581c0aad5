import { beforeEach, describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import { CommitRevoked, type EntityStore, type NumberDraw } from "../../shared/ports/entityStore.ts";
import { incoming } from "../support/records.ts";
import { commitOf, groups, readAll, type StoreUnderTest } from "./entityStoreContract.ts";

const numbers: NumberDraw = { counter: "Invoices", next: 1, textOf: (number) => `INV-${number}`, fills: "Terms" };
const keyed: NumberDraw = { ...numbers, fills: undefined };
/** Names alone: the other column is the commit's to fill. */
const named = (...keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, [`n${key}`, undefined]]));

/** Numbers that a commit takes for its records are taken with it, or not at all. */
export function entityNumbersContract(open: () => Promise<StoreUnderTest>): void {
  describe("numbers", () => {
    let subject: StoreUnderTest;
    let store: EntityStore;

    beforeEach(async () => {
      subject = await open();
      [store] = subject.writers;
    });

    const stored = async () =>
      Object.fromEntries((await readAll(store, groups)).map(({ key, values }) => [key, values[1]]));
    const next = async () => (await store.openSnapshot(groups)).counters["invoices"];
    const commit = (id: string, keys: readonly string[], more: Partial<Parameters<typeof commitOf>[2]> = {}) =>
      store.upsert(groups, commitOf(id, named(...keys), { numbers, ...more }));

    test("go to records without one, in the order of their keys, and those that have one keep it", async () => {
      await commit("1", ["b", "d"]);
      await store.upsert(groups, commitOf("2", { c: ["nc", ""] }));

      expect(await commit("3", ["a", "b", "c", "d", "e"])).toMatchObject({ created: 2, updated: 1, unchanged: 2 });

      expect(await stored()).toEqual({ a: "INV-3", b: "INV-1", c: "INV-4", d: "INV-2", e: "INV-5" });
      expect(await next()).toBe(6);
    });

    test("are what the first commit under a key took, whoever repeats it", async () => {
      await commit("1", ["a"]);
      await commit("1", ["a", "b"]);
      await subject.writers[1].upsert(groups, commitOf("1", named("c"), { numbers }));

      expect(await stored()).toEqual({ a: "INV-1" });
      expect(await next()).toBe(2);
    });

    test("are not taken by a commit that has no effect", async () => {
      await commit("1", ["a"]);
      await expect(commit("2", ["b"], { requireValid: () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
      await store.revoke(groups, "3", 1);
      await expect(commit("3", ["b"])).rejects.toThrow(CommitRevoked);
      await expect(
        commit("4", ["b", "c"], {
          numbers: {
            ...numbers,
            textOf: (number) => {
              if (number > 2) throw new DomainError("invalid", "No number is left.");
              return `INV-${number}`;
            },
          },
        }),
      ).rejects.toThrow("No number is left.");
      await commit("5", ["a"]);

      expect(await commit("6", ["b"])).toMatchObject({ created: 1 });
      expect(await stored()).toEqual({ a: "INV-1", b: "INV-2" });
    });

    test("begin where the caller says, and never again below one that was taken", async () => {
      await commit("1", ["a"], { numbers: { ...numbers, next: 50 } });
      await commit("2", ["b"]);
      await commit("3", ["c"], { numbers: { ...numbers, counter: "INVOICES", next: 60 } });
      await commit("4", ["d"], { numbers: { ...numbers, counter: "Other" } });

      expect(await stored()).toEqual({ a: "INV-50", b: "INV-51", c: "INV-60", d: "INV-1" });
    });

    test("go on behind those of records that are gone", async () => {
      await commit("1", ["a", "b"]);
      await commit("2", ["c"], { truncateFirst: true });
      await store.compact(groups);

      expect(await stored()).toEqual({ c: "INV-3" });
    });

    test("of companies are apart", async () => {
      await commit("1", ["a"]);
      await store.upsert({ ...groups, company: "demf" }, commitOf("1", named("a"), { numbers }));

      expect((await readAll(store, { ...groups, company: "demf" })).map(({ values }) => values[1])).toEqual(["INV-1"]);
    });

    test("are distinct and without a gap, however many writers take them at once", async () => {
      const commits = subject.writers.flatMap((writer, at) =>
        ["x", "y"].map((part) => {
          const keys = [`${part}${at}1`, `${part}${at}2`];
          return writer.upsert(groups, commitOf(`${at}${part}`, named(...keys), { numbers }));
        }),
      );
      await Promise.all(commits);

      const taken = Object.values(await stored()).toSorted(
        (one, other) => Number(one?.slice(4)) - Number(other?.slice(4)),
      );
      expect(taken).toEqual(Array.from({ length: 16 }, (_, index) => `INV-${index + 1}`));
      expect(await next()).toBe(17);
    });

    test("may be the keys of records, unless one of them is stored already", async () => {
      const drawing = (count: number) =>
        async function* records(draw: () => string) {
          const keys = Array.from({ length: count }, draw);
          yield incoming(...keys.map((key) => ({ key: key.toLowerCase(), values: ["n", key] })));
        };
      await store.upsert(groups, commitOf("1", {}, { numbers: keyed, records: drawing(2) }));
      await store.upsert(groups, commitOf("2", { "inv-4": ["other", "INV-4"] }));
      const third = commitOf("3", {}, { numbers: keyed, records: drawing(2) });
      await expect(store.upsert(groups, third)).rejects.toMatchObject({ code: "invalid" });
      await store.upsert(groups, { ...third, numbers: { ...keyed, next: 5 } });

      expect(Object.values(await stored())).toEqual(["INV-1", "INV-2", "INV-4", "INV-5", "INV-6"]);
    });
  });
}
