import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { EntityStore } from "../../../shared/ports/entityStore.ts";
import type { Blobs } from "../../../shared/storage/ground/ground.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import { entityStoreLimits, type EntityStoreLimits } from "../../../shared/storage/entityStore/limits.ts";
import { layersToMerge, layersToTake } from "../../../shared/storage/entityStore/tiers.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { commitOf, groups, readAll } from "../../contract/entityStoreContract.ts";
import { tinyLimits } from "../../contract/entityStoreLimits.ts";

const minute = 60_000;
let clock: { now: number };
let blobs: Blobs;

beforeEach(() => {
  clock = { now: Date.UTC(2026, 0, 1) };
  blobs = memoryGround({ now: () => clock.now }).blobs("entities");
});

function open(over: Blobs = blobs, limits: Partial<EntityStoreLimits> = {}): EntityStore {
  return blobEntityStore(over, { now: () => clock.now, wait: () => setImmediate(), limits });
}

/** Ten keys of a million, the next ones at each call; the same ones in every run of the test. */
function keysInTurn(): () => string[] {
  let state = 1;
  const next = (): string => {
    state = (state * 48_271) % 2_147_483_647;
    return `CUST-${String(state % 1_000_000).padStart(9, "0")}`;
  };
  return () => Array.from({ length: 10 }, next);
}

function rowsOf(keys: readonly string[], value: string): Record<string, string[]> {
  return Object.fromEntries(keys.map((key) => [key, [`${value} of ${key}`, "Net30"]]));
}

interface Costs {
  readonly reads: number;
  readonly writtenBytes: number;
}

/** Counts every look at a blob, manifests included, and every byte of a segment that is stored. */
function counted(): { readonly over: Blobs; readonly costs: () => Costs } {
  let counts: Costs = { reads: 0, writtenBytes: 0 };
  const noteRead = (): void => void (counts = { ...counts, reads: counts.reads + 1 });
  const over: Blobs = {
    ...blobs,
    find: (name) => (noteRead(), blobs.find(name)),
    read: (...given) => (noteRead(), blobs.read(...given)),
    putStream: async (...given) => {
      const stored = await blobs.putStream(...given);
      counts = { ...counts, writtenBytes: counts.writtenBytes + (stored?.sizeBytes ?? 0) };
      return stored;
    },
  };
  const costs = (): Costs => {
    const before = counts;
    counts = { reads: 0, writtenBytes: 0 };
    return before;
  };
  return { over, costs };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

async function manifestBytes(): Promise<number> {
  return (await blobs.find("manifests/customer-groups/usmf.json"))?.bytes.length ?? 0;
}

async function layerCount(): Promise<number> {
  const manifest = await blobs.find("manifests/customer-groups/usmf.json");
  const { runs: layers } = JSON.parse(Buffer.from(manifest?.bytes ?? []).toString("utf8")) as {
    runs: readonly unknown[];
  };
  return layers.length;
}

describe("four hundred commits of ten records, with nobody to compact them", () => {
  test("cost a few reads each, and few bytes more than the records have", async () => {
    const { over, costs } = counted();
    const store = open(over);
    const nextKeys = keysInTurn();
    const all: Costs[] = [];
    for (let index = 0; index < 400; index += 1) {
      clock.now += 1000;
      await store.upsert(groups, commitOf(`${index}`, rowsOf(nextKeys(), "Customer")));
      all.push(costs());
    }

    // A manifest, a look whether the key was used long ago, and the runs: 3.8 on average.
    expect(Math.max(...all.map(({ reads }) => reads))).toBeLessThanOrEqual(6);
    expect(sumOf(all.map(({ reads }) => reads))).toBeLessThan(4 * all.length);
    // Each commit alone would have stored about 300 bytes; up to 8 KB are stored again, and beyond each doubling once.
    expect(sumOf(all.map(({ writtenBytes }) => writtenBytes)) / all.length).toBeLessThan(6000);
    expect(await readAll(store, groups)).toHaveLength(await store.count(groups));
    expect(costs().reads).toBeLessThan(10);
  });

  test("leave a manifest that is no larger than after a hundred of them", async () => {
    const store = open();
    const nextKeys = keysInTurn();
    const sizes: number[] = [];
    for (let index = 0; index < 400; index += 1) {
      clock.now += 1000;
      await store.upsert(groups, commitOf(`${index}`, rowsOf(nextKeys(), "Customer")));
      if (index === 99 || index === 399) sizes.push(await manifestBytes());
    }

    expect(sizes[1]).toBeLessThan(1.2 * (sizes[0] ?? 0));
  });
});

test("commits that change nothing leave the layers as they are, and no blob behind", async () => {
  const store = open();
  const rows = rowsOf(keysInTurn()(), "Customer");
  await store.upsert(groups, commitOf("1", rows));
  const before = (await blobs.list("segments/", { limit: 100 })).items;

  for (const index of [2, 3, 4])
    expect(await store.upsert(groups, commitOf(`${index}`, rows))).toMatchObject({ unchanged: 10 });

  expect((await blobs.list("segments/", { limit: 100 })).items).toEqual(before);
});

test("a reader merges a bounded number of layers, however many large imports came before it", async () => {
  const store = open(blobs, tinyLimits);
  const nextKeys = keysInTurn();
  for (let index = 0; index < 40; index += 1) {
    const keys = Array.from({ length: 10 }, nextKeys).flat();
    await store.upsert(groups, commitOf(`${index}`, rowsOf(keys, `${index}`)));
    expect(await layerCount()).toBeLessThanOrEqual(6);
  }

  expect(await readAll(store, groups)).toHaveLength(await store.count(groups));
});

test("small commits that go on all the time do not keep large layers from being merged", async () => {
  const store = open(blobs, tinyLimits);
  const nextKeys = keysInTurn();
  for (const index of [1, 2, 3]) {
    const keys = Array.from({ length: 10 }, nextKeys).flat();
    await store.upsert(groups, commitOf(`large ${index}`, rowsOf(keys, `${index}`)));
  }
  const before = await store.count(groups);
  let small = 0;
  const addSmall = () => store.upsert(groups, commitOf(`small ${(small += 1)}`, { [`small ${small}`]: ["A", ""] }));
  await addSmall();
  const busy: Blobs = {
    ...blobs,
    putStream: async (...write) => {
      for (let commits = 0; commits < 3; commits += 1) await addSmall();
      return blobs.putStream(...write);
    },
  };

  expect(await open(busy, tinyLimits).compact(groups)).toBe(true);
  expect(await layerCount()).toBeLessThan(4);
  expect(small).toBeGreaterThan(3);
  expect(await readAll(store, groups)).toHaveLength(before + small);
});

describe("the newest layers that a commit takes into its own", () => {
  const kb = 1024;
  const large = 5 * 1024 * kb;
  for (const [what, sizes, taken] of [
    ["none, when there are none", [], 0],
    ["a tiny one", [kb], 1],
    ["all tiny ones, up to one that they do not outweigh", [kb, kb, kb, 100 * kb], 3],
    ["none, when each outweighs all before it", [9 * kb, 20 * kb, 40 * kb], 0],
    ["one that those before it outweigh, with all between", [9 * kb, 20 * kb, 25 * kb, 40 * kb, 100 * kb], 4],
    ["none below a large one", [large, kb, kb], 0],
    ["half of as many as a reader may have, large or not", Array.from({ length: 32 }, () => large), 16],
  ] as const) {
    test(`are ${what}`, () => {
      expect(layersToTake(sizes, entityStoreLimits)).toBe(taken);
    });
  }
});

describe("the layers that the upkeep merges", () => {
  const mb = 1024 * 1024;
  for (const [what, sizes, expected] of [
    ["none, when there are none", [], [0, 0]],
    ["none of a few small ones", [1, 2, 4], [0, 0]],
    ["all small ones, when they are many", [1, 2, 4, 8, 16, 32, 64, 128, 256], [0, 9]],
    ["large ones behind the small ones that commits change", [1, 2, 5 * mb, 6 * mb], [2, 4]],
    ["a large one with the small ones behind it", [1, 5 * mb, 1, 2], [1, 4]],
    ["no base that outweighs the changes four times", [1, 5 * mb, 100 * mb], [0, 0]],
    ["a base that does not", [1, 5 * mb, 6 * mb, 40 * mb], [1, 4]],
  ] as const) {
    test(`are ${what}`, () => {
      const { from, below } = layersToMerge(sizes, entityStoreLimits);
      expect([from, below]).toEqual(expected);
    });
  }
});

test("the time between two commits does not matter to what they store", async () => {
  const store = open();
  for (let index = 0; index < 30; index += 1) {
    clock.now += 60 * minute;
    await store.upsert(groups, commitOf(`${index}`, { [`${index % 7}`]: [`${index}`, ""] }));
    await store.removeGarbage(groups, 6 * 60 * minute);
  }

  expect((await readAll(store, groups)).map(({ values }) => values[0])).toEqual([
    "28",
    "29",
    "23",
    "24",
    "25",
    "26",
    "27",
  ]);
  expect((await blobs.list("segments/", { limit: 100 })).items.length).toBeLessThan(15);
});
