import { describe, expect, test } from "vitest";
import { linesOf, recordsIn } from "../../../shared/domain/recordLines.ts";
import type { StagedRecords } from "../../../shared/ports/staging.ts";
import type { Blobs } from "../../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { blobStaging } from "../../../shared/storage/staging/blobStaging.ts";
import type { LocalFile } from "../../../shared/storage/staging/localDisk.ts";
import { localSpills } from "../../../shared/storage/staging/localSpills.ts";
import { type WatchedDisk, watchedDisk } from "../../support/watchedDisk.ts";

const limits = { bufferBytes: 2000, frameBytes: 300, batchRecords: 3 };
/** Six spills of a kilobyte. */
const count = 200;
const lines = Array.from({ length: count }, (_, row) => ({
  key: String((row * 37) % count).padStart(5, "0"),
  number: row,
  values: ["a value of some length"],
}));
const keysInOrder = lines.map(({ key }) => key).toSorted();

interface Around {
  readonly blobs?: Partial<Blobs>;
  readonly bytesMax?: number;
  readonly spillsMax?: number;
}

function stagingOn(disk: WatchedDisk, { blobs: changes, bytesMax = 1_000_000, spillsMax = 10 }: Around = {}) {
  const blobs = memoryGround().blobs("staging");
  const heard: string[] = [];
  const refused = (reason: unknown): void => void heard.push(String(reason));
  const local = localSpills({ disk, bytesMax, keptFreeBytes: 1000, refused });
  const area = blobStaging({ ...blobs, ...changes }, { limits: { ...limits, spillsMax }, local });
  const stage = async (): Promise<StagedRecords> => {
    const staging = area.open("execution");
    try {
      for (const record of lines) await staging.add(linesOf([record]));
      return await staging.finish();
    } catch (error) {
      await staging.discard();
      throw error;
    }
  };
  const stored = async (): Promise<number> => (await blobs.list("", { limit: 1000 })).items.length;
  return { stage, stored, heard };
}

async function keysOf(staged: StagedRecords): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of staged.records()) keys.push(...recordsIn(batch).map(({ key }) => key));
  return keys;
}

describe("spills on the local disk", () => {
  test("may be written and read in parts", async () => {
    const some = (bytes: number): number => Math.ceil(bytes / 3);
    const disk = watchedDisk((file) => ({
      write: (bytes, from, length, position) => file.write(bytes, from, some(length), position),
      read: (bytes, from, length, position) => file.read(bytes, from, some(length), position),
    }));
    const { stage, stored } = stagingOn(disk);
    const staged = await stage();

    expect(await keysOf(staged)).toEqual(keysInOrder);
    expect([await stored(), disk.files.open > 0]).toEqual([0, true]);
    await staged.discard();
  });

  test("go on in storage from where the disk is full, beside those before, and each tries once", async () => {
    let written = 0;
    const disk = watchedDisk((file) => ({
      write: (...given) => ((written += 1) > 10 ? Promise.reject(new Error("ENOSPC")) : file.write(...given)),
    }));
    const { stage, stored, heard } = stagingOn(disk);
    const staged = await stage();

    expect(await keysOf(staged)).toEqual(keysInOrder);
    expect([disk.files, await stored(), heard]).toEqual([{ opened: 3, open: 2 }, 4, ["Error: ENOSPC"]]);
    await staged.discard();
    for (const opened of [4, 4]) {
      await (await stage()).discard();
      expect(disk.files).toEqual({ opened, open: 0 });
    }
  });

  test("are in storage where the folder lies in memory, or takes no file", async () => {
    const inMemory = watchedDisk(undefined, () => Promise.reject(new Error("in memory")));
    const readOnly = { ...watchedDisk(), openFile: () => Promise.reject(new Error("EROFS")) };
    for (const [disk, reason] of [
      [inMemory, "in memory"],
      [readOnly, "EROFS"],
    ] as const) {
      const { stage, stored, heard } = stagingOn(disk);
      const staged = await stage();

      expect(await keysOf(staged)).toEqual(keysInOrder);
      expect([await stored(), disk.files.opened, heard]).toEqual([6, 0, [`Error: ${reason}`]]);
      await staged.discard();
    }
  });

  test("leave free what others on the disk need, and come back when there is more", async () => {
    let free = 1500;
    const disk = watchedDisk(undefined, () => Promise.resolve(free));
    const { stage, stored, heard } = stagingOn(disk);
    const staged = await stage();

    expect([disk.files.opened, heard]).toEqual([0, []]);
    await staged.discard();
    free = 1_000_000;
    const later = await stage();
    expect([await stored(), disk.files.open]).toEqual([0, 6]);
    await later.discard();
  });

  const damages: readonly (readonly [string, string, (file: LocalFile) => LocalFile["read"]])[] = [
    [
      "other bytes",
      "is damaged",
      (file) => async (bytes, from, length, position) => {
        const answer = await file.read(bytes, from, length, position);
        bytes[from + 1]! ^= 1;
        return answer;
      },
    ],
    ["fewer bytes", "shorter than it was written", () => () => Promise.resolve({ bytesRead: 0 })],
    ["an error", "EIO", () => () => Promise.reject(new Error("EIO"))],
  ];
  test.each(damages)(
    "that answer %s lose no record unseen, and the next ones are in storage",
    async (_, text, read) => {
      let isDamaged = true;
      const disk = watchedDisk((file) => ({
        read: (...given) => (isDamaged ? read(file)(...given) : file.read(...given)),
      }));
      const { stage, stored, heard } = stagingOn(disk);
      const staged = await stage();
      expect([disk.files.open, await stored()]).toEqual([6, 0]);

      await expect(keysOf(staged)).rejects.toThrow(text);
      isDamaged = false;
      await staged.discard();
      const again = await stage();

      expect(heard).toEqual([expect.stringContaining(text)]);
      expect([disk.files, await stored()]).toEqual([{ opened: 6, open: 0 }, 6]);
      expect(await keysOf(again)).toEqual(keysInOrder);
      await again.discard();
    },
  );

  test("that a merge cannot read end it, and leave no file", async () => {
    const disk = watchedDisk(() => ({ read: () => Promise.reject(new Error("EIO")) }));
    const { stage, stored } = stagingOn(disk, { spillsMax: 3 });

    await expect(stage()).rejects.toThrow("EIO");
    expect([disk.files.open, await stored()]).toEqual([0, 0]);
  });

  test("are refused by nobody when it is storage that fails", async () => {
    const disk = watchedDisk();
    const { stage, heard } = stagingOn(disk, {
      blobs: { read: () => Promise.reject(new Error("503")) },
      // Room for four: the last three are merged on the disk, and two of them lie in storage.
      bytesMax: 4500,
      spillsMax: 3,
    });

    await expect(stage()).rejects.toThrow("503");
    expect([heard, disk.files.open]).toEqual([[], 0]);
  });

  test("are gone, and their room is free, although storage does not remove those before", async () => {
    let asked = 0;
    const disk = watchedDisk(undefined, () => Promise.resolve((asked += 1) % 6 < 3 ? 0 : Infinity));
    const blobs = { remove: () => Promise.reject(new Error("503")) };
    const { stage, stored } = stagingOn(disk, { blobs, bytesMax: 3500 });
    const staged = await stage();
    expect([disk.files, await stored()]).toEqual([{ opened: 3, open: 3 }, 3]);

    await expect(staged.discard()).rejects.toThrow("503");

    expect(disk.files.open).toBe(0);
    await expect((await stage()).discard()).rejects.toThrow("503");
    expect(disk.files).toEqual({ opened: 6, open: 0 });
  });

  test("are not read any more once they are given up", async () => {
    const { stage } = stagingOn(watchedDisk());
    const staged = await stage();
    const reading = staged.records()[Symbol.asyncIterator]();
    expect((await reading.next()).value.count).toBe(3);

    await staged.discard();

    const rest = (async () => {
      while (!(await reading.next()).done);
    })();
    await expect(rest).rejects.toThrow("given up while they were read");
  });
});
