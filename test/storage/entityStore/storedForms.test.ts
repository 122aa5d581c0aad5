import { readFileSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { recordKey } from "../../../shared/domain/dataEntity.ts";
import type { EntityStore } from "../../../shared/ports/entityStore.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import type { EntityStoreLimits } from "../../../shared/storage/entityStore/limits.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { commitOf, groups, readAll } from "../../contract/entityStoreContract.ts";

// Each version of the stored form, as a program of its time left it: its blobs by name, in base64. The same commits made
// all of them, so they hold the same records. Lines have had hashes beside them since 26 November 2026.

const fixtures = path.join(import.meta.dirname, "../../fixtures/entityStore");
const columns = ["Id", "Name", "Terms"];

async function openStored(version: string, limits: Partial<EntityStoreLimits> = {}): Promise<EntityStore> {
  const blobs = memoryGround({ now: () => Date.UTC(2026, 10, 2) }).blobs("entities");
  const stored = JSON.parse(readFileSync(path.join(fixtures, `${version}.json`), "utf8")) as Record<string, string>;
  for (const [name, text] of Object.entries(stored)) {
    await blobs.put(name, Buffer.from(text, "base64"), { condition: "new" });
  }
  return blobEntityStore(blobs, { now: () => Date.UTC(2026, 10, 2), wait: () => setImmediate(), limits });
}

const [first, second, third] = [0, 60_000, 120_000].map((later) => Date.UTC(2026, 10, 1) + later);
const special = [
  ["aa", "a", "x\ty", first],
  ["b  ", "padded", "two\nlines", first],
  ["back\\slash", "slash", "\\", second],
  ["US-001", "second", "Net20", second],
  ["Zz", "zett", "", first],
  ["\uff21", "wide", "\\N", second],
  ["\ud83d\ude00", "face", "\r", second],
];

describe.each(["version-1", "version-2", "version-2-hashes"])("records in the stored form of %s", (version) => {
  test("are read whole, in the order of today, with the commits that changed them last", async () => {
    const store = await openStored(version);

    const read = (await readAll(store, groups, { columns })).map(({ values, seq }) => [...values, seq]);

    const plain = Array.from({ length: 300 }, (_, index) => {
      const id = `N-${String(index).padStart(4, "0")}`;
      if (index === 7) return [id, "seven", "Net60", third];
      return [id, `Name ${index}`, index % 3 ? "Net30" : "", first];
    });
    expect(read).toEqual([...special.slice(0, 3), ...plain, ...special.slice(3)]);
  });

  test("are found, counted and changed, and a late repeat of a commit stores nothing", async () => {
    const store = await openStored(version);
    const key = recordKey(["US-001"]);

    expect(await store.count(groups)).toBe(307);
    expect(await store.find(groups, key, columns)).toMatchObject({ values: ["US-001", "second", "Net20"] });
    const more = { columns, keyColumns: ["Id"] };
    expect(await store.upsert(groups, commitOf("two", { [key]: ["x", "y", "z"] }, more))).toMatchObject({
      isRepeat: true,
      seq: second,
    });
    expect(await store.upsert(groups, commitOf("four", { [key]: ["us-001", "second", "Net20"] }, more))).toMatchObject({
      unchanged: 1,
    });
    expect(await store.upsert(groups, commitOf("five", { [key]: ["us-001", "third", "Net20"] }, more))).toMatchObject({
      updated: 1,
    });
    expect(await store.find(groups, key, columns)).toMatchObject({ values: ["US-001", "third", "Net20"] });
    expect(await store.count(groups)).toBe(307);
  });

  test("show what changed since a commit", async () => {
    const store = await openStored(version);

    const read = await readAll(store, groups, { columns, changedSince: second! });

    expect(read.map(({ values }) => values[0])).toEqual(["N-0007"]);
  });

  test("are joined by commits of today, whose lines have hashes, and merged with them", async () => {
    // Each segment is read by its frames and hashes, and no commit takes a layer in.
    const limits = { wholeSegmentBytes: 0, tinyLayerBytes: 0, smallLayerBytes: 0, layersMax: 2 };
    const store = await openStored(version, limits);
    const more = { columns, keyColumns: ["Id"] };
    const rows = (value: string) =>
      Object.fromEntries(
        ["US-001", "N-0007", "N-0009", "new"].map((id) => [recordKey([id]), [id.toLowerCase(), value, ""]]),
      );

    expect(await store.upsert(groups, commitOf("four", rows("4"), more))).toMatchObject({ created: 1, updated: 3 });
    expect(await store.upsert(groups, commitOf("five", rows("4"), more))).toMatchObject({ unchanged: 4 });
    while (await store.compact(groups));
    expect(await store.upsert(groups, commitOf("six", rows("4"), more))).toMatchObject({ unchanged: 4 });
    expect(await store.upsert(groups, commitOf("seven", rows("7"), more))).toMatchObject({ updated: 4 });

    expect(await store.find(groups, recordKey(["US-001"]), columns)).toMatchObject({ values: ["US-001", "7", ""] });
    expect(await store.find(groups, recordKey(["new"]), columns)).toMatchObject({ values: ["new", "7", ""] });
    expect(await readAll(store, groups)).toHaveLength(308);
  });
});
