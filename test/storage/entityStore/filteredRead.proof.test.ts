import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFields, recordKey } from "../../../shared/domain/dataEntity.ts";
import { compileFilter, type Filter, type RecordFilter } from "../../../shared/domain/filter/recordFilter.ts";
import type { EntityStore, SnapshotRead } from "../../../shared/ports/entityStore.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import { tinyLimits } from "../../contract/entityStoreLimits.ts";
import { commitOf } from "../../contract/entityStoreContract.ts";
import { drawnFilter, drawnValues, things } from "../../support/drawnFilters.ts";
import { tuesday } from "../../support/filters.ts";
import { memoryEntityStore } from "../../support/memoryEntityStore.ts";
import { collect } from "../../support/records.ts";

const ref = { entityId: "things", company: undefined };
const columns = things.fields.map(({ name }) => name);
const keyOf = (values: readonly string[]): string => recordKey(values.slice(0, keyFields(things).length));

const stores: readonly (readonly [string, () => EntityStore])[] = [
  ["in maps", () => memoryEntityStore(() => 1)],
  [
    "on blobs",
    () =>
      blobEntityStore(memoryGround().blobs("entities"), {
        now: () => 1,
        wait: () => setImmediate(),
        limits: tinyLimits,
      }),
  ],
];

async function storeAll(
  store: EntityStore,
  batches: readonly (readonly (readonly string[])[])[],
): Promise<readonly number[]> {
  const seqs: number[] = [];
  for (const [index, batch] of batches.entries()) {
    const rows = Object.fromEntries(batch.map((values) => [keyOf(values), values]));
    seqs.push((await store.upsert(ref, commitOf(`${index}`, rows, { columns }))).seq);
  }
  return seqs;
}

describe.each(stores)("a filtered read of an entity store %s", (_, open) => {
  const batch = fc.array(drawnValues, { maxLength: 12 });

  test("gives what the plainest evaluation of the filter selects, whatever else the read asks for", async () => {
    const given = fc.tuple(
      fc.array(batch, { minLength: 1, maxLength: 4 }),
      drawnFilter,
      fc.nat(12),
      fc.nat(4),
      fc.nat(8),
    );
    await fc.assert(
      fc.asyncProperty(given, async ([batches, { filter, selects }, place, since, limit]) => {
        const store = open();
        const seqs = await storeAll(store, batches);
        const snapshot = await store.openSnapshot(ref);
        const all = await collect(snapshot.read({ columns }), columns);
        const compiled = compileFilter(things, filter, tuesday);
        const read = async (more: Partial<SnapshotRead>) =>
          collect(snapshot.read({ columns, filter: compiled, ...more }), columns);
        const expected = all.filter(({ values }) => selects(values));

        expect(await read({})).toEqual(expected);
        expect(await read({ limit })).toEqual(expected.slice(0, limit));
        const afterKey = all[place]?.key;
        const behind = afterKey === undefined ? expected : all.slice(place + 1).filter(({ values }) => selects(values));
        expect(await read(afterKey === undefined ? {} : { afterKey })).toEqual(behind);
        const changedSince = seqs[since] ?? 1;
        expect(await read({ changedSince })).toEqual(expected.filter(({ seq }) => seq > changedSince));
        const others: RecordFilter = { columns: compiled.columns, selects: (cells) => !compiled.selects(cells) };
        expect(await read({ filter: others })).toEqual(all.filter(({ values }) => !selects(values)));
      }),
      { numRuns: 150 },
    );
  });
});

describe("a filter on the key", () => {
  /** Hard to pack, so that frames are of a size. */
  const randomText = (index: number): string => createHash("sha256").update(`${index}`).digest("hex");

  test("reads no frame that holds no key of its ranges", async () => {
    let bytes = 0;
    const blobs = memoryGround().blobs("entities");
    const counting: typeof blobs = {
      ...blobs,
      read: (name, offset, length) => ((bytes += length ?? 0), blobs.read(name, offset, length)),
    };
    const limits = { frameBytes: 1024, segmentBytes: 16 * 1024, wholeSegmentBytes: 0, readAheadBytes: 4096 };
    const store = blobEntityStore(counting, { now: () => 1, limits });
    const rows = Array.from({ length: 2000 }, (_, index) => [
      `C${10_000 + index}`,
      `${index % 7}`,
      randomText(index),
      "",
      "",
      "",
    ]);
    await storeAll(store, [rows, rows.filter((_, index) => index % 100 === 0).map((row) => row.with(2, "new"))]);
    const snapshot = await store.openSnapshot(ref);
    /** The codes that are found, and what reading them costs, in bytes that come from storage. */
    const readBy = async (filter?: Filter) => {
      bytes = 0;
      const read = { columns, ...(filter && { filter: compileFilter(things, filter, tuesday) }) };
      const found = await collect(snapshot.read(read), columns);
      return { codes: found.map(({ values }) => values[0]!), bytes };
    };

    const all = await readBy();
    const few = await readBy([{ field: "CODE", criteria: "C10100..C10119, c11999" }]);
    const prefixed = await readBy([
      { field: "CODE", criteria: "c1134*" },
      { field: "PLACE", criteria: "3" },
    ]);
    const pointed = await readBy([
      { field: "CODE", criteria: "C10500, C11500" },
      { field: "PLACE", criteria: "0..6" },
    ]);

    expect(all.codes).toHaveLength(2000);
    expect(few.codes).toHaveLength(21);
    expect(prefixed.codes).toEqual(["C11340", "C11347"]);
    expect(pointed.codes).toEqual(["C10500", "C11500"]);
    for (const read of [few, prefixed, pointed]) expect(read.bytes).toBeLessThan(all.bytes / 6);
  });

  test("looks at no record outside its ranges", async () => {
    const store = blobEntityStore(memoryGround().blobs("entities"), { now: () => 1 });
    await storeAll(store, [Array.from({ length: 100 }, (_, index) => [`C${100 + index}`, "1", "", "", "", ""])]);
    const compiled = compileFilter(things, [{ field: "CODE", criteria: "C110..C112, C150" }], tuesday);
    let looks = 0;
    const filter = {
      ...compiled,
      selects: (...line: Parameters<typeof compiled.selects>) => (looks++, compiled.selects(...line)),
    };

    const found = await collect((await store.openSnapshot(ref)).read({ columns, filter }), columns);

    expect(found.map(({ values }) => values[0])).toEqual(["C110", "C111", "C112", "C150"]);
    expect(looks).toBe(4);
  });
});

test("a batch of records that is read is as large as it may be, and no larger", async () => {
  const limits = { batchRecords: 7, batchBytes: 200 };
  const store = blobEntityStore(memoryGround().blobs("entities"), { now: () => 1, limits });
  const textOf = (index: number): string => (index < 50 ? "" : "x".repeat(30));
  await storeAll(store, [
    Array.from({ length: 100 }, (_, index) => [`C${100 + index}`, "1", textOf(index), "", "", ""]),
  ]);
  const batches: { readonly count: number; readonly sizeBytes: number; readonly lastBytes: number }[] = [];

  for await (const { count, starts, ends } of (await store.openSnapshot(ref)).read({ columns })) {
    const sizeBytes = ends[count - 1]! + 1;
    batches.push({ count, sizeBytes, lastBytes: sizeBytes - starts[count - 1]! });
  }

  const isFull = (batch: (typeof batches)[number]) => batch.count === 7 || batch.sizeBytes >= 200;
  expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  expect(batches.slice(0, -1).filter((batch) => !isFull(batch))).toEqual([]);
  expect(batches.filter(({ count, sizeBytes, lastBytes }) => count > 7 || sizeBytes - lastBytes >= 200)).toEqual([]);
  expect(new Set(batches.map(({ count }) => count)).size).toBeGreaterThan(1);
});
