import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { recordKey } from "../../../shared/domain/dataEntity.ts";
import type { EntityStore } from "../../../shared/ports/entityStore.ts";
import type { Blobs } from "../../../shared/storage/ground/ground.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { commitOf, groups, readAll } from "../../contract/entityStoreContract.ts";
import { tinyLimits } from "../../contract/entityStoreLimits.ts";

// The first release kept records under keys in their own spelling.

const columns = ["Name", "Terms"];
let clock: { now: number };
let blobs: Blobs;

beforeEach(() => {
  clock = { now: Date.UTC(2026, 0, 1) };
  blobs = memoryGround({ now: () => clock.now }).blobs("entities");
});

function open(over: Blobs = blobs): EntityStore {
  return blobEntityStore(over, { now: () => clock.now, wait: () => setImmediate(), limits: tinyLimits });
}

/** Stores rows as that release did: each under its key as it is, in several commits, in a manifest of the first version. */
async function storeAsBefore(...commits: readonly Record<string, readonly string[]>[]): Promise<void> {
  for (const [index, rows] of commits.entries()) {
    clock.now += 1000;
    await open().upsert(groups, commitOf(`before ${index}`, rows));
  }
  const name = "manifests/customer-groups/usmf.json";
  const blob = (await blobs.find(name))!;
  const manifest = { ...JSON.parse(Buffer.from(blob.bytes).toString("utf8")), version: 1 };
  await blobs.put(name, Buffer.from(JSON.stringify(manifest)), { condition: { etag: blob.etag } });
}

/** The last commit, without a look at the records. */
async function storedSeq(): Promise<number> {
  const blob = (await blobs.find("manifests/customer-groups/usmf.json"))!;
  return (JSON.parse(Buffer.from(blob.bytes).toString("utf8")) as { seq: number }).seq;
}

async function layerCount(): Promise<number> {
  const blob = (await blobs.find("manifests/customer-groups/usmf.json"))!;
  return (JSON.parse(Buffer.from(blob.bytes).toString("utf8")) as { runs: unknown[] }).runs.length;
}

const keyed = { keyColumns: ["Name"] };
const rowsOf = async (store: EntityStore) => (await readAll(store, groups)).map(({ values }) => values);

describe("records that were stored under keys in their own spelling", () => {
  beforeEach(() =>
    storeAsBefore({ "US-001": ["US-001", "1"], Zz: ["Zz", "2"], aa: ["aa", "3"] }, { "b  ": ["b  ", "4"] }),
  );

  test("are read in the order of today", async () => {
    expect(await rowsOf(open())).toEqual([
      ["aa", "3"],
      ["b  ", "4"],
      ["US-001", "1"],
      ["Zz", "2"],
    ]);
  });

  test("are found, and changed in place of doubled, by the keys of today", async () => {
    const result = await open().upsert(
      groups,
      commitOf("new", { aa: ["AA", "30"], b: ["B", "4"], "us-001": ["us-001", "10"], x: ["x", "5"] }, keyed),
    );

    expect(result).toMatchObject({ created: 1, updated: 2, unchanged: 1 });
    expect(await open().count(groups)).toBe(5);
    expect(await rowsOf(open())).toEqual([
      ["aa", "30"],
      ["b  ", "4"],
      ["US-001", "10"],
      ["x", "5"],
      ["Zz", "2"],
    ]);
    const second = await open().upsert(groups, commitOf("next", { zz: ["ZZ", "20"] }, keyed));
    expect(second).toMatchObject({ created: 0, updated: 1 });
  });

  test("are found one by one before anybody wrote", async () => {
    expect(await open().find(groups, recordKey(["Us-001"]), columns)).toMatchObject({ values: ["US-001", "1"] });
    expect(await open().find(groups, recordKey(["c"]), columns)).toBeUndefined();
  });

  test("come into their new order with the upkeep, and keep the commits that changed them last", async () => {
    const watermark = await storedSeq();

    expect(await open().needsCompaction(groups)).toBe(true);
    expect(await open().compact(groups)).toBe(true);

    const after = await readAll(open(), groups);
    expect(after.map(({ key }) => key)).toEqual(["aa", "b", "us-001", "zz"]);
    expect(after.map(({ seq, values }) => [...values, watermark - seq])).toEqual([
      ["aa", "3", 1000],
      ["b  ", "4", 0],
      ["US-001", "1", 1000],
      ["Zz", "2", 1000],
    ]);
    const snapshot = await open().openSnapshot(groups);
    expect([snapshot.seq, snapshot.count]).toEqual([watermark, 4]);
    expect(snapshot.changesFloorSeq).toBe(0);
    expect(await open().needsCompaction(groups)).toBe(false);
  });

  test("know the commits that brought them, so that a late repeat stores nothing", async () => {
    const repeat = await open().upsert(groups, commitOf("before 1", { b: ["b", "40"] }, keyed));

    expect(repeat).toMatchObject({ isRepeat: true, created: 1 });
    expect((await rowsOf(open())).at(1)).toEqual(["b  ", "4"]);
  });

  test("are put in order once by two that meet there", async () => {
    const [one, other] = await Promise.all([
      open().upsert(groups, commitOf("one", { "us-001": ["us-001", "7"] }, keyed)),
      open().upsert(groups, commitOf("other", { aa: ["AA", "8"] }, keyed)),
    ]);

    expect([one.updated, other.updated, await open().count(groups)]).toEqual([1, 1, 4]);
  });

  test("are as they were after a crash on the way", async () => {
    const put: Blobs["put"] = async (name, ...rest) => {
      if (name.startsWith("manifests/")) throw new Error("The process ended.");
      return blobs.put(name, ...rest);
    };
    await expect(open({ ...blobs, put }).compact(groups)).rejects.toThrow("The process ended.");

    expect(await open().needsCompaction(groups)).toBe(true);
    expect(await open().compact(groups)).toBe(true);
    expect((await rowsOf(open())).map(([name]) => name)).toEqual(["aa", "b  ", "US-001", "Zz"]);
    expect(await open().count(groups)).toBe(4);
  });
});

test("come into the order of bytes, which is not that of UTF-16", async () => {
  await storeAsBefore({ "\uff21": ["wide", ""], "\ud83d\ude00": ["face", ""], "a\\": ["slash", ""], a_: ["line", ""] });

  expect(await rowsOf(open())).toEqual([
    ["slash", ""],
    ["line", ""],
    ["wide", ""],
    ["face", ""],
  ]);
});

test("of two records that are one by now the newest stays, and incremental readers read all anew", async () => {
  await storeAsBefore({ A: ["A", "old"], c: ["c", ""] }, { "a ": ["a ", "new"] });
  const watermark = await storedSeq();

  await open().compact(groups);

  const snapshot = await open().openSnapshot(groups);
  expect(await rowsOf(open())).toEqual([
    ["a ", "new"],
    ["c", ""],
  ]);
  expect(snapshot.count).toBe(2);
  expect(snapshot.changesFloorSeq).toBeGreaterThan(watermark);
});

test("of two that lie in one layer, in whichever order, the one that changed last stays", async () => {
  // The spelling that changed last comes first in the order in which they lie.
  await storeAsBefore({ a: ["a", "old"], "b ": ["b ", "new"] }, { A: ["A", "new"] });
  expect(await layerCount()).toBe(1);

  await open().compact(groups);

  expect(await rowsOf(open())).toEqual([
    ["A", "new"],
    ["b ", "new"],
  ]);
});
