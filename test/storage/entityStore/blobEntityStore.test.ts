import { collect, incoming } from "../../support/records.ts";
import { RaceNeverWon } from "../../../shared/ports/untilWon.ts";
import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { RecordLines } from "../../../shared/domain/recordLines.ts";
import { CommitRevoked, type EntityStore } from "../../../shared/ports/entityStore.ts";
import type { Blobs } from "../../../shared/storage/ground/ground.ts";
import { blobEntityStore } from "../../../shared/storage/entityStore/blobEntityStore.ts";
import type { EntityStoreLimits } from "../../../shared/storage/entityStore/limits.ts";
import { segmentsIn } from "../../../shared/storage/entityStore/manifest.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { type PiecePlace, readFooter } from "../../../shared/storage/segments/segments.ts";
import { commitOf, groups, readAll } from "../../contract/entityStoreContract.ts";
import { tinyLimits } from "../../contract/entityStoreLimits.ts";

const hour = 60 * 60 * 1000;
let clock: { now: number };
let blobs: Blobs;

beforeEach(() => {
  clock = { now: Date.UTC(2026, 0, 1) };
  blobs = memoryGround({ now: () => clock.now }).blobs("entities");
});

function open(over: Blobs = blobs, limits: Partial<EntityStoreLimits> = tinyLimits, fastByMs = 0): EntityStore {
  return blobEntityStore(over, { now: () => clock.now + fastByMs, wait: () => setImmediate(), limits });
}

function manyRows(count: number, value: string): Record<string, string[]> {
  const keys = Array.from({ length: count }, (_, row) => pad(row));
  return Object.fromEntries(keys.map((key) => [key, [`${value} of ${key}`, ""]]));
}

function pad(row: number): string {
  return String(row).padStart(6, "0");
}

async function segmentNames(): Promise<string[]> {
  return (await blobs.list("segments/", { limit: 1000 })).items.map(({ name }) => name);
}

/** Counts the bytes of segments that are read. */
function counting(): { readonly over: Blobs; readonly read: () => { requests: number; sizeBytes: number } } {
  let counted = { requests: 0, sizeBytes: 0 };
  const over: Blobs = {
    ...blobs,
    read: (name, offset, length) => {
      counted = { requests: counted.requests + 1, sizeBytes: counted.sizeBytes + (length ?? 0) };
      return blobs.read(name, offset, length);
    },
  };
  const read = () => {
    const before = counted;
    counted = { requests: 0, sizeBytes: 0 };
    return before;
  };
  return { over, read };
}

describe("a crash", () => {
  test("between the upload and the swap shows nothing, and its segments go once they are old", async () => {
    await open().upsert(groups, commitOf("1", { 10: ["A", ""] }));
    const [kept] = await segmentNames();
    const crashing: Blobs = {
      ...blobs,
      put: async () => {
        throw new Error("The process ended.");
      },
    };
    await expect(open(crashing).upsert(groups, commitOf("2", manyRows(50, "B")))).rejects.toThrow("The process ended.");
    const store = open();
    const left = await segmentNames();

    expect((await readAll(store, groups)).map(({ key }) => key)).toEqual(["10"]);
    expect(left.length).toBeGreaterThan(3);
    clock.now += hour;
    // A commit may take two hours, and a snapshot of a layer that was six hours old be read for the grace.
    expect(await store.removeGarbage(groups, 1)).toBe(0);
    clock.now += 6 * hour;
    expect(await store.removeGarbage(groups, hour)).toBe(0);
    clock.now += 2 * hour;
    expect(await store.removeGarbage(groups, hour)).toBe(left.length - 1);
    expect(await segmentNames()).toEqual([kept]);
    expect(await store.upsert(groups, commitOf("2", { 10: ["B", ""] }))).toMatchObject({ updated: 1, isRepeat: false });
  });

  test("after the swap, before the answer, is a repeat for whoever tries again", async () => {
    await open().upsert(groups, commitOf("0", {}));
    let isLost = true;
    const losing: Blobs = {
      ...blobs,
      put: async (...write) => {
        const etag = await blobs.put(...write);
        if (isLost) throw new Error("The answer was lost.");
        return etag;
      },
    };
    await expect(open(losing).upsert(groups, commitOf("1", { 10: ["A", ""] }))).rejects.toThrow("The answer was lost.");
    isLost = false;

    expect(await open(losing).upsert(groups, commitOf("1", { 10: ["A", ""] }))).toMatchObject({
      created: 1,
      isRepeat: true,
    });
  });
});

/** What happens once, just before the next manifest is swapped in. */
function beforeSwap(act: () => Promise<unknown>): Blobs {
  let isFirst = true;
  return {
    ...blobs,
    put: async (name, ...write) => {
      if (isFirst && name.startsWith("manifests/")) {
        isFirst = false;
        await act();
      }
      return blobs.put(name, ...write);
    },
  };
}

describe("a writer that stands still before its swap", () => {
  const day = 24 * hour;

  test("commits nothing that was revoked meanwhile", async () => {
    await open().upsert(groups, commitOf("1", { 10: ["A", ""] }));
    const paused = open(beforeSwap(() => open().revoke(groups, "2", 1)));

    await expect(paused.upsert(groups, commitOf("2", { 10: ["B", ""] }))).rejects.toBeInstanceOf(CommitRevoked);
    expect((await readAll(open(), groups)).map(({ values }) => values[0])).toEqual(["A"]);
  });

  test("until its revocation is forgotten has taken too long", async () => {
    const forget = async (): Promise<void> => {
      await open().revoke(groups, "1", 1);
      clock.now += 2 * day;
      await open().revoke(groups, "another", 1);
    };

    await expect(open(beforeSwap(forget)).upsert(groups, commitOf("1", { 10: ["A", ""] }))).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await readAll(open(), groups)).toEqual([]);
  });

  for (const [heldUpMs, end] of [
    [90 * 60_000, { status: "fulfilled", value: { updated: 1, isRepeat: false } }],
    [13 * hour, { status: "rejected", reason: { code: "conflict" } }],
  ] as const) {
    test(`for ${heldUpMs / hour} hours refers to no segment that was taken for garbage`, async () => {
      await open().upsert(groups, commitOf("1", { 10: ["A", ""] }));
      const clearAway = async (): Promise<void> => {
        clock.now += heldUpMs;
        // Whoever clears away thinks that it is later than it is.
        await open(blobs, tinyLimits, 12 * hour).removeGarbage(groups, hour);
      };

      const [ended] = await Promise.allSettled([
        open(beforeSwap(clearAway)).upsert(groups, commitOf("2", { 10: ["B", ""] })),
      ]);

      expect(ended).toMatchObject(end);
      expect(await readAll(open(), groups)).toHaveLength(1);
    });
  }

  test("of a compaction puts no segment in place that was taken for garbage", async () => {
    const store = open();
    for (let round = 0; round < 5; round += 1)
      await store.upsert(groups, commitOf(`${round}`, manyRows(20, `${round}`)));
    const clearAway = async (): Promise<void> => {
      clock.now += 13 * hour;
      await open().removeGarbage(groups, hour);
    };

    expect(await open(beforeSwap(clearAway)).compact(groups)).toBe(false);
    expect(await readAll(store, groups)).toHaveLength(20);
  });
});

test("a swap that took effect though it was answered as lost is no repeat and happens once", async () => {
  await open().upsert(groups, commitOf("0", {}));
  let swaps = 0;
  const doubtful: Blobs = {
    ...blobs,
    put: async (...write) => {
      const etag = await blobs.put(...write);
      return (swaps += 1) === 1 ? undefined : etag;
    },
  };

  expect(await open(doubtful).upsert(groups, commitOf("1", { 10: ["A", ""] }))).toMatchObject({
    created: 1,
    isRepeat: false,
  });
  expect(swaps).toBe(1);
});

describe("compaction", () => {
  test("keeps what is committed while it runs, and a commit that it overtakes is not built again", async () => {
    const store = open();
    for (let round = 0; round < 5; round += 1)
      await store.upsert(groups, commitOf(`${round}`, manyRows(20, `${round}`)));
    let builds = 0;
    const records = async function* (): AsyncGenerator<RecordLines> {
      builds += 1;
      await open().compact(groups);
      yield incoming({ key: "000003", values: ["late", ""] });
    };
    await store.upsert(groups, { ...commitOf("late", {}), records });

    expect(builds).toBe(1);
    expect((await store.find(groups, "000003", ["Name"]))?.values).toEqual(["late"]);
    expect(await readAll(store, groups)).toHaveLength(20);
  });

  test("keeps a layer that is committed while it uploads its own", async () => {
    const store = open();
    for (let round = 0; round < 5; round += 1)
      await store.upsert(groups, commitOf(`${round}`, manyRows(20, `${round}`)));
    let isFirst = true;
    const slow: Blobs = {
      ...blobs,
      putStream: async (...write) => {
        if (isFirst)
          await store.upsert(groups, commitOf("meanwhile", { "000003": ["late", ""], "000099": ["new", ""] }));
        isFirst = false;
        return blobs.putStream(...write);
      },
    };

    expect(await open(slow).compact(groups)).toBe(true);
    expect((await store.find(groups, "000003", ["Name"]))?.values).toEqual(["late"]);
    expect(await readAll(store, groups)).toHaveLength(21);
    expect(await store.count(groups)).toBe(21);
  });

  test("gives way to a truncation that happens while it runs", async () => {
    const store = open();
    for (let round = 0; round < 5; round += 1)
      await store.upsert(groups, commitOf(`${round}`, manyRows(20, `${round}`)));
    let isFirst = true;
    const slow: Blobs = {
      ...blobs,
      putStream: async (...write) => {
        if (isFirst) await store.upsert(groups, commitOf("truncation", {}, { truncateFirst: true }));
        isFirst = false;
        return blobs.putStream(...write);
      },
    };

    expect(await open(slow).compact(groups)).toBe(false);
    expect(await readAll(store, groups)).toEqual([]);
  });

  test("leaves its old segments to snapshots for the grace, counted from their retirement", async () => {
    const store = open();
    for (let round = 0; round < 5; round += 1)
      await store.upsert(groups, commitOf(`${round}`, manyRows(20, `${round}`)));
    clock.now += 100 * hour;
    const snapshot = await store.openSnapshot(groups);
    const before = await readAll(store, groups);
    while (await store.compact(groups));

    expect(await store.removeGarbage(groups, 3 * hour)).toBe(0);
    const columns = ["Name", "Terms"];
    expect(await collect(snapshot.read({ columns }), columns)).toEqual(before);
    clock.now += 4 * hour;
    expect(await store.removeGarbage(groups, 3 * hour)).toBeGreaterThan(0);
    expect(await readAll(store, groups)).toEqual(before);
    expect(await store.removeGarbage(groups, 3 * hour)).toBe(0);
  });
});

describe("reading little", () => {
  const limits = { frameBytes: 2000, segmentBytes: 10_000_000, wholeSegmentBytes: 1000, tinyLayerBytes: 0 };

  test("a point read takes one footer and one frame, and later ones the frame alone", async () => {
    await open(blobs, limits).upsert(groups, commitOf("1", manyRows(2000, "A")));
    const { over, read } = counting();
    const store = open(over, limits);

    await store.find(groups, "001000", ["Name"]);
    expect(read().requests).toBe(2);
    await store.find(groups, "001500", ["Name"]);
    const later = read();
    expect(later.requests).toBe(1);
    expect(later.sizeBytes).toBeLessThan(2000);
  });

  test("a small upsert reads the frames of its keys alone, and none for keys behind the last", async () => {
    await open(blobs, limits).upsert(groups, commitOf("1", manyRows(2000, "A")));
    const { over, read } = counting();
    const store = open(over, limits);

    await store.upsert(groups, commitOf("2", { "000100": ["B", ""], "001900": ["B", ""] }));
    expect(read().requests).toBe(3);
    await store.upsert(groups, commitOf("3", { "999999": ["C", ""] }));
    expect(read().requests).toBe(0);
  });

  test("what becomes of many records is told by the hashes of those that are there, and no frame is read", async () => {
    const keyed = { keyColumns: ["Name"] };
    const stored = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [pad(index), [pad(index), "A"]]));
    await open(blobs, limits).upsert(groups, commitOf("1", stored, keyed));
    const changed = Object.fromEntries(
      [...Array(400).keys()].map((index) => [pad(9 * index), [pad(9 * index), index % 2 ? "A" : "B"]]),
    );
    const [segment] = segmentsIn((await blobs.find("manifests/customer-groups/usmf.json"))!.bytes);
    const { frames } = await readFooter(blobs, segment!);
    const framesRead: number[] = [];
    const over: Blobs = {
      ...blobs,
      read(name, offset = 0, length = Infinity) {
        const isRead = (frame: PiecePlace) => offset < frame.offset + frame.sizeBytes && frame.offset < offset + length;
        framesRead.push(...frames.filter(isRead).map((frame) => frame.offset));
        return blobs.read(name, offset, length);
      },
    };

    const result = await open(over, limits).upsert(groups, commitOf("2", changed, keyed));

    expect(result).toMatchObject({ created: 177, updated: 112, unchanged: 111 });
    expect(framesRead).toEqual([]);
    expect((await readAll(open(), groups)).slice(0, 2).map(({ values }) => values)).toEqual([
      [pad(0), "B"],
      [pad(1), "A"],
    ]);
  });

  test("a record whose key is spelled in another way is read, and keeps its spelling", async () => {
    const keyed = { keyColumns: ["Name"] };
    await open(blobs, limits).upsert(groups, commitOf("1", { ...manyRows(2000, "A"), us: ["US", "x"] }, keyed));

    const result = await open(blobs, limits).upsert(groups, commitOf("2", { us: ["Us", "y"] }, keyed));

    expect(result).toMatchObject({ created: 0, updated: 1 });
    expect(await open().find(groups, "us", ["Name", "Terms"])).toMatchObject({ values: ["US", "y"] });
  });

  test("a sieve takes columns in any case, and knows segments with and without hashes", async () => {
    const store = open(blobs, limits);
    const keyed = { columns: ["Name", "Terms"], keyColumns: ["Name"] };
    await store.upsert(groups, commitOf("1", manyRows(200, "A"), keyed));
    const changes = { [pad(0)]: [`A of ${pad(0)}`, "B"], [pad(1)]: [`A of ${pad(1)}`, "B"] };
    await store.upsert(groups, commitOf("2", changes, { columns: ["NAME", "terms"], keyColumns: ["name"] }));

    const sieve = (await store.openSieve(groups, { columns: ["name", "TERMS"], keyColumns: ["NAME"] }))!;

    const [old, changed] = [incoming({ key: pad(5), values: [`A of ${pad(5)}`, ""] }), manyRows(2, "A")];
    const all = incoming(...Object.entries(changed).map(([key, values]) => ({ key, values })));
    expect([sieve.countStored(old), sieve.countStored(all)]).toEqual([1, 0]);
    sieve.close();
    expect(await store.openSieve(groups, { columns: ["Terms", "Name"], keyColumns: ["Name"] })).toBeUndefined();
  });

  test("hashes that are damaged are refused, and nothing is stored", async () => {
    await open(blobs, limits).upsert(groups, commitOf("1", manyRows(2000, "A")));
    const [segment] = segmentsIn((await blobs.find("manifests/customer-groups/usmf.json"))!.bytes);
    const places = (await readFooter(blobs, segment!)).frames.map(({ prints }) => prints!.offset);
    const torn: Blobs = {
      ...blobs,
      async read(name, offset, length) {
        const bytes = await blobs.read(name, offset, length);
        if (!bytes || !places.includes(offset!)) return bytes;
        return (async function* () {
          for await (const chunk of bytes) yield chunk.map((byte, at) => (at === 7 ? byte ^ 1 : byte));
        })();
      },
    };

    const upsert = open(torn, limits).upsert(groups, commitOf("2", { "000100": ["B", ""] }));

    await expect(upsert).rejects.toThrow("are damaged");
    expect(await open().find(groups, "000100", ["Name"])).toMatchObject({ values: ["A of 000100"] });
  });

  test("an incremental read passes over the frames that did not change", async () => {
    await open(blobs, limits).upsert(groups, commitOf("1", manyRows(2000, "A")));
    const { over, read } = counting();
    const store = open(over, limits);
    const changedSince = (await store.openSnapshot(groups)).seq;
    await store.upsert(groups, commitOf("2", { "001000": ["B", ""] }));
    read();

    expect((await readAll(store, groups, { changedSince })).map(({ key }) => key)).toEqual(["001000"]);
    expect(read().requests).toBe(1);
  });

  test("a full read takes few large ranges", async () => {
    await open(blobs, limits).upsert(groups, commitOf("1", manyRows(2000, "A")));
    const { over, read } = counting();

    expect(await readAll(open(over, limits), groups)).toHaveLength(2000);
    expect(read().requests).toBeLessThan(12);
  });
});

test("a slow writer that keeps losing makes the fast ones wait for it", async () => {
  let builds = 0;
  let quick = 0;
  const records = async function* (): AsyncGenerator<RecordLines> {
    builds += 1;
    yield incoming({ key: "slow", values: ["A", ""] });
    // A fast writer gets between every build of the slow one and its swap, unless it has to wait.
    const waiting = Promise.withResolvers<void>();
    const wait = (): Promise<void> => (waiting.resolve(), setImmediate());
    const fast = blobEntityStore(blobs, { now: () => clock.now, wait, limits: tinyLimits });
    const racing = fast.upsert(groups, commitOf(`quick ${builds}`, { quick: [`${builds}`, ""] }));
    const counted = racing.then(() => (quick += 1));
    pending.push(counted);
    await Promise.race([counted, waiting.promise]);
  };
  const pending: Promise<number>[] = [];

  await open().upsert(groups, { ...commitOf("slow", {}), records });
  await Promise.all(pending);

  expect(builds).toBe(3);
  expect(quick).toBe(3);
  expect((await readAll(open(), groups)).map(({ key, values }) => [key, values[0]])).toEqual([
    ["quick", "3"],
    ["slow", "A"],
  ]);
});

test("writers that never win are told so, and nothing of theirs shows", async () => {
  const never: Blobs = {
    ...blobs,
    put: async (name, bytes, write) => (write.condition === "new" ? undefined : blobs.put(name, bytes, write)),
  };
  const limits = { ...tinyLimits, lossesBeforeReserving: 1000 };

  await expect(open(never, limits).upsert(groups, commitOf("1", { 10: ["A", ""] }))).rejects.toThrow(RaceNeverWon);
  expect(await readAll(open(), groups)).toEqual([]);
});

test("damage in a segment is found, not read", async () => {
  const store = open();
  await store.upsert(groups, commitOf("1", { 10: ["A", ""] }));
  const [name = ""] = await segmentNames();
  const blob = await blobs.find(name);
  const bytes = new Uint8Array(blob?.bytes ?? []);
  bytes[15] = (bytes[15] ?? 0) ^ 1;
  await blobs.put(name, bytes, { condition: "any" });

  await expect(readAll(store, groups)).rejects.toThrow(/checksum|corrupt|restored data/i);
});

test("commit records go after their retention", async () => {
  const store = open();
  for (let index = 0; index < 8; index += 1) await store.upsert(groups, commitOf(`${index}`, { 10: [`${index}`, ""] }));
  const kept = await blobs.list("commits/", { limit: 1000 });

  clock.now += 91 * 24 * hour;
  await store.removeGarbage(groups, hour);

  expect(kept.items).toHaveLength(5);
  expect((await blobs.list("commits/", { limit: 1000 })).items).toEqual([]);
});
