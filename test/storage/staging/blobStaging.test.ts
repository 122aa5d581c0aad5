import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareKeys,
  keyLine,
  type LineRecord,
  linesOf,
  linesWhere,
  type RecordLines,
  recordsIn,
} from "../../../shared/domain/recordLines.ts";
import { type Sieve, SievedInVain } from "../../../shared/ports/sieve.ts";
import type { StagedRecords, StagingArea } from "../../../shared/ports/staging.ts";
import type { Blobs } from "../../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { blobStaging } from "../../../shared/storage/staging/blobStaging.ts";
import type { StagingLimits } from "../../../shared/storage/staging/sorting.ts";
import { localSpills } from "../../../shared/storage/staging/localSpills.ts";
import { watchedDisk } from "../../support/watchedDisk.ts";

const spilling: Partial<StagingLimits> = {
  bufferBytes: 400,
  frameBytes: 60,
  readAheadBytes: 400,
  batchRecords: 3,
  batchBytes: 1000,
  spillsMax: 3,
};

async function collect(staged: StagedRecords): Promise<LineRecord[]> {
  const records: LineRecord[] = [];
  for await (const batch of staged.records()) records.push(...recordsIn(batch));
  return records;
}

async function namesIn(blobs: Blobs): Promise<string[]> {
  return (await blobs.list("", { limit: 1000 })).items.map(({ name }) => name);
}

function inOrder(records: readonly LineRecord[]): LineRecord[] {
  return records.toSorted((one, other) => compareKeys(keyLine(one.key), 0, keyLine(other.key), 0));
}

function manyRecords(count: number): LineRecord[] {
  return Array.from({ length: count }, (_, row) => ({
    key: `key ${(row * 37) % count} of the customers`,
    number: row + 2,
    values: [`value ${row}`, row % 3 === 0 ? "" : undefined, "x"],
  }));
}

const records = fc.array(
  fc.record({
    key: fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: "binary", minLength: 13, maxLength: 20 })),
    values: fc.tuple(
      fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
      fc.constantFrom("", undefined, "\\N", "\t", "\n"),
    ),
  }),
  { maxLength: 60 },
);

/** A staging that spills there, and what it has there. */
function spillingTo(bytesMax: number) {
  const blobs = memoryGround().blobs("staging");
  const disk = watchedDisk();
  const local = localSpills({ disk, bytesMax });
  return { blobs, disk, area: blobStaging(blobs, { limits: spilling, local }) };
}

const places = [
  ["storage", 0],
  ["the local disk", 1_000_000],
  ["both", 2500],
] as const;

async function addAll(area: StagingArea, all: readonly LineRecord[], batchSize: number): Promise<StagedRecords> {
  const staging = area.open("execution");
  for (let from = 0; from < all.length; from += batchSize)
    await staging.add(linesOf(all.slice(from, from + batchSize)));
  return staging.finish();
}

describe("staging", () => {
  test.each([
    ["in memory", () => blobStaging(memoryGround().blobs("staging"))] as const,
    ...places.map(([place, bytesMax]) => [`by way of ${place}`, () => spillingTo(bytesMax).area] as const),
  ])("gives every record back by key, those of one key as they were added, %s", async (_, areaOf) => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 7 }), async (drafts, batchSize) => {
        const added = drafts.map((draft, row) => ({ ...draft, number: drafts.length - row }));
        const staged = await addAll(areaOf(), added, batchSize);

        expect(staged.count).toBe(added.length);
        expect(await collect(staged)).toEqual(inOrder(added));
        expect(await collect(staged)).toEqual(inOrder(added));
        await staged.discard();
      }),
      { numRuns: 60 },
    );
  });

  test.each(places)(
    "merges more spills than it may hold open in several passes, by way of %s",
    async (place, bytesMax) => {
      const { blobs, disk, area } = spillingTo(bytesMax);
      const staging = area.open("execution");
      for (const record of manyRecords(120)) await staging.add(linesOf([record]));
      const spilled = (await namesIn(blobs)).length + disk.files.open;
      const staged = await staging.finish();

      expect(spilled).toBeGreaterThan(9);
      expect((await namesIn(blobs)).length + disk.files.open).toBeLessThanOrEqual(3);
      expect(disk.files.opened > 0).toBe(place !== "storage");
      expect((await namesIn(blobs)).length > 0).toBe(place !== "the local disk");
      expect(await collect(staged)).toEqual(inOrder(manyRecords(120)));
      await staged.discard();
    },
  );

  test.each(places)("holds a record that is larger than its buffer, by way of %s", async (_, bytesMax) => {
    const large = { key: "k".repeat(3_000_000), number: 1, values: ["漢".repeat(1_000_000), undefined] };
    const { area } = spillingTo(bytesMax * 1000);
    const staged = await addAll(area, [large, { ...large, key: "a", number: 2 }], 2);

    expect((await collect(staged)).map(({ number, values }) => [number, values[0]?.length])).toEqual([
      [2, 1_000_000],
      [1, 1_000_000],
    ]);
    await staged.discard();
  });

  test.each(places)("leaves nothing in %s once it is discarded, before its end or after", async (place, bytesMax) => {
    const { blobs, disk, area } = spillingTo(bytesMax);
    const [left, ended] = [area.open("execution"), area.open("execution")];
    for (const staging of [left, ended]) await staging.add(linesOf(manyRecords(40)));
    const staged = await ended.finish();
    expect((await namesIn(blobs)).length + disk.files.open).toBeGreaterThan(4);

    await left.discard();
    await staged.discard();
    await staged.discard();

    expect([await namesIn(blobs), disk.files.open]).toEqual([[], 0]);
    // The room on the disk is there again.
    const opened = disk.files.opened;
    await (await addAll(area, manyRecords(40), 40)).discard();
    expect(disk.files.opened > opened).toBe(place !== "storage");
  });

  test("takes of a batch the lines that it names, whatever else lies between them", async () => {
    const added = manyRecords(120);
    const staging = blobStaging(memoryGround().blobs("staging"), { limits: spilling }).open("execution");
    for (const batch of [added.slice(0, 50), added.slice(50)])
      await staging.add(linesWhere(linesOf(batch), (number) => number % 5 !== 0));

    const kept = added.filter(({ number }) => number % 5 !== 0);
    expect(await collect(await staging.finish())).toEqual(inOrder(kept));
  });

  test("touches no storage while its buffer holds everything", async () => {
    const blobs = memoryGround().blobs("staging");
    const staging = blobStaging(blobs).open("execution");
    await staging.add(linesOf(manyRecords(500)));
    const staged = await staging.finish();

    expect(await namesIn(blobs)).toEqual([]);
    expect(await collect(staged)).toEqual(inOrder(manyRecords(500)));
  });

  test("refuses whoever still reads what was in memory when it is discarded", async () => {
    const staging = blobStaging(memoryGround().blobs("staging"), { limits: { frameBytes: 60, batchRecords: 3 } }).open(
      "e",
    );
    await staging.add(linesOf(manyRecords(40)));
    const staged = await staging.finish();
    const reading = staged.records()[Symbol.asyncIterator]();
    expect((await reading.next()).value.count).toBe(3);

    await staged.discard();

    const rest = (async () => {
      while (!(await reading.next()).done);
    })();
    await expect(rest).rejects.toThrow("given up while they were read");
  });

  test("what a crash left is discarded by execution alone", async () => {
    const blobs = memoryGround().blobs("staging");
    const area = blobStaging(blobs, { limits: spilling });
    for (const execution of ["execution", "execution-2"]) await area.open(execution).add(linesOf(manyRecords(20)));
    const before = await namesIn(blobs);

    const removed = await area.discardAll("execution");

    const others = before.filter((name) => name.startsWith("execution-2/"));
    expect(await namesIn(blobs)).toEqual(others);
    expect(removed).toBe(before.length - others.length);
    expect(removed).toBeGreaterThan(0);
  });

  test("tells of what could not be stored, and leaves nothing once it is discarded", async () => {
    const blobs = memoryGround().blobs("staging");
    let stored = 0;
    const failing: Blobs = {
      ...blobs,
      putStream: (...given) => ((stored += 1) === 3 ? Promise.reject(new Error("503")) : blobs.putStream(...given)),
    };
    const staging = blobStaging(failing, { limits: spilling }).open("execution");
    const lines = manyRecords(100);

    const added = (async () => {
      for (const record of lines) await staging.add(linesOf([record]));
      return staging.finish();
    })();

    await expect(added).rejects.toThrow("503");
    await staging.discard();
    expect(await namesIn(blobs)).toEqual([]);
  });

  test("takes records in while those before are on their way to storage", async () => {
    const blobs = memoryGround().blobs("staging");
    const { promise: stored, resolve: goOn } = Promise.withResolvers<void>();
    const slow: Blobs = { ...blobs, putStream: async (...given) => (await stored, blobs.putStream(...given)) };
    const staging = blobStaging(slow, { limits: { ...spilling, bufferBytes: 2000 } }).open("execution");
    // Somewhat more than one buffer takes, and less than two.
    await staging.add(linesOf(manyRecords(50)));
    goOn();

    expect(await collect(await staging.finish())).toEqual(inOrder(manyRecords(50)));
  });
});

describe("a sieve", () => {
  const lines = linesOf(Array.from({ length: 5000 }, (_, row) => ({ key: `k${row}`, number: row, values: ["v"] })));
  const nothing = { ...lines, count: 0 };

  /** Adds them to a staging that holds fewer in memory, and asks this sieve; answers how often the staging rested. */
  async function addAllThrough(sieve: Partial<Sieve>): Promise<{ readonly rests: number; readonly closed: number }> {
    let [rests, closed] = [0, 0];
    const startPace = () => ({ isOver: () => true, rest: async () => void (rests += 1) });
    const area = blobStaging(memoryGround().blobs("staging"), { limits: { bufferBytes: 150_000 }, startPace });
    const whole = { seq: 1, countStored: (some: RecordLines) => some.count, passOn: () => nothing, heldBack: () => 0 };
    const staging = area.open("execution", async () => ({ ...whole, ...sieve, close: () => void (closed += 1) }));
    try {
      await staging.add(lines);
      await staging.finish();
    } catch (error) {
      if (!(error instanceof SievedInVain)) throw error;
    }
    await staging.discard();
    return { rests, closed };
  }

  test("that begins looks at what is in memory in pieces, between which others have their turn", async () => {
    const looked: number[] = [];
    const { rests, closed } = await addAllThrough({
      countStored: ({ count }) => (looked.push(count), count),
    });

    expect(Math.max(...looked)).toBe(1000);
    expect(rests).toBeGreaterThanOrEqual(2 * looked.length);
    expect(closed).toBeGreaterThan(0);
  });

  test("that gives up on what is in memory is closed with the staging", async () => {
    const { closed } = await addAllThrough({
      passOn() {
        throw new SievedInVain("A key came twice.");
      },
    });

    expect(closed).toBe(1);
  });

  test("that holds too little back is closed at once, and all is staged", async () => {
    const { closed } = await addAllThrough({ countStored: () => 0 });

    expect(closed).toBe(1);
  });
});
