import { describe, expect, test } from "vitest";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { defaultZipLimits } from "../../shared/formats/zipRules.ts";
import { craftZip } from "../formats/craftedZip.ts";
import type { CraftedDirectory, CraftedEntry } from "../formats/craftedZip.ts";

const data = Buffer.from("A,B\r\n1,2\r\n".repeat(10));
const file = (name: string | Uint8Array, lies: Partial<CraftedEntry> = {}): CraftedEntry => ({ name, data, ...lies });
const zip64Extra = (value: bigint): Buffer => {
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(value, 4);
  return extra;
};

const open = (bytes: Uint8Array, limits = {}) =>
  openPackageZip(bytesInMemory(bytes), { ...defaultZipLimits, ...limits });

async function readAll(bytes: Uint8Array): Promise<number> {
  const archive = await open(bytes);
  let sizeBytes = 0;
  for (const { name } of archive.entries) for await (const chunk of archive.open(name)) sizeBytes += chunk.length;
  return sizeBytes;
}

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "FormatError", code, message: expect.stringMatching(message) });

describe("a package is refused before any of it is read", () => {
  test.each<[string, CraftedEntry[], RegExp]>([
    ["a path that leaves it", [file("../evil.csv")], /\.\./],
    ["a path that leaves it within resources", [file("Resources/..")], /\.\./],
    ["an absolute name", [file("/etc/passwd")], /absolute|\/etc/],
    ["a drive name", [file("C:/evil.csv")], /C:|absolute/],
    ["a drive name without a slash", [file("C:evil.csv")], /C:|absolute/],
    ["a stream name", [file("a.csv:hidden")], /":"/],
    ["a way out that is written with backslashes", [file("..\\evil.csv")], /invalid relative path/],
    ["a drive", [file("C:\\evil.csv")], /absolute path/],
    ["another computer", [file("\\\\host\\evil.csv")], /absolute path/],
    ["the same name with the other slash", [file("Resources/a.png"), file("Resources\\A.png")], /there twice/],
    ["a NUL in a name", [file("a.csv\0.exe")], /control character/],
    ["a line break in a name", [file("a\r\nb.csv")], /control character/],
    ["an empty name", [file("")], /Entry ""/],
    ["a name that is no UTF-8", [file(Buffer.from("a\xff.csv", "latin1"))], /control character/],
    ["a folder", [file("package/Manifest.xml")], /is in a folder/],
    ["a header in a folder", [file("Manifest.xml"), file("a/b/packageheader.xml")], /is in a folder/],
    ["a path that leaves its resources", [file("Resources/../x")], /\.\./],
    ["a path that leaves what is passed over", [file("__MACOSX/../x")], /\.\./],
    ["a symbolic link in what is passed over", [file("__MACOSX/x", { unixMode: 0o120777 })], /symbolic link/],
    ["the same name twice", [file("A.csv"), file("A.csv")], /there twice/],
    ["the same name in another case", [file("Manifest.xml"), file("MANIFEST.xml")], /there twice/],
    ["the same name in another composition", [file("é.csv"), file("e\u0301.csv")], /there twice/],
    ["a symbolic link", [file("A.csv", { unixMode: 0o120777 })], /symbolic link/],
    ["a device", [file("A.csv", { unixMode: 0o020666 })], /special file/],
    ["an encrypted entry", [file("A.csv", { flags: 0x801 })], /encrypted/],
    ["strong encryption", [file("A.csv", { flags: 0x841 })], /encryption/],
    ["bzip2", [file("A.csv", { method: 12 })], /compression method 12/],
    ["two entries that share their data", [file("A.csv"), file("A.csv2", { sharesDataOf: 0 })], /overlaps/],
    ["an entry longer than its place", [file("A.csv", { compressedBytes: 5_000 }), file("B.csv")], /overlaps/],
    ["a last entry that runs into the directory", [file("A.csv", { compressedBytes: 500 })], /overlaps/],
    ["a stored entry of two sizes", [file("A.csv", { isStored: true, inflatedBytes: 7 })], /size mismatch/],
    [
      "a Zip64 size that is not there",
      [file("A.csv", { inflatedBytes: 0xffffffff, extra: zip64Extra(5n).subarray(0, 4) })],
      /cannot be read as a zip/,
    ],
  ])("for %s", async (_what, entries, message) => {
    await expect(open(craftZip(entries))).rejects.toEqual(refusal("badPackage", message));
  });

  test.each<[string, CraftedEntry[], object, RegExp]>([
    ["too many entries", [file("A"), file("B"), file("C")], { entriesMax: 2 }, /3 entries, more than the 2 allowed/],
    ["a long name", [file("x".repeat(300))], {}, /name of more than 255 characters/],
    ["a large entry", [file("A")], { entryBytesMax: 10 }, /"A" inflates to more than the 10 bytes/],
    ["a large total", [file("A"), file("B")], { inflatedBytesMax: 150 }, /inflates to 200 bytes, more than the 150/],
    ["a steep ratio", [file("A", { data: Buffer.alloc(11 * 2 ** 20) })], {}, /more than 200 times/],
    [
      "a Zip64 size beyond all bounds",
      [file("A", { inflatedBytes: 0xffffffff, extra: zip64Extra(2n ** 62n) })],
      {},
      /inflates to more than|cannot be read/,
    ],
  ])("for %s, with the limit named", async (_what, entries, limits, message) => {
    await expect(open(craftZip(entries), limits)).rejects.toEqual(refusal("overLimit", message));
  });

  test.each<[string, CraftedDirectory]>([
    ["fewer entries than there are", { entryCount: 1 }],
    ["more entries than there are", { entryCount: 3 }],
    ["another place", { offset: 3 }],
    ["a place beyond its end", { offset: 999_999 }],
  ])("for a directory that declares %s", async (_what, directory) => {
    await expect(open(craftZip([file("A.csv"), file("B.csv")], directory))).rejects.toEqual(refusal("badPackage", /./));
  });

  test("for any cut of its end", async () => {
    const whole = craftZip([file("A.csv"), file("B.csv")]);
    for (let sizeBytes = 4; sizeBytes < whole.length; sizeBytes += 1) {
      await expect(open(whole.subarray(0, sizeBytes))).rejects.toEqual(
        refusal("badPackage", /cannot be read as a zip/),
      );
    }
  });

  test.each([
    ["an empty file", Buffer.alloc(0)],
    ["a text", Buffer.from("A,B\r\n")],
  ])("when it is %s", async (_what, bytes) => {
    await expect(open(bytes)).rejects.toEqual(refusal("DMF1855", /Expected a data package/));
  });
});

test("a Zip64 size that tells the truth is accepted", async () => {
  const entry = file("A.csv", { inflatedBytes: 0xffffffff, extra: zip64Extra(BigInt(data.length)) });

  expect(await readAll(craftZip([entry]))).toBe(data.length);
});

describe("an entry is refused while it is read", () => {
  test.each<[string, Partial<CraftedEntry>, RegExp]>([
    ["a wrong checksum", { crc: 1 }, /checksum is wrong/],
    ["more bytes than declared", { inflatedBytes: 50 }, /another size than its declared 50/],
    ["fewer bytes than declared", { inflatedBytes: 5_000 }, /another size than its declared 5000/],
    ["no compressed bytes but a size", { compressedBytes: 0 }, /another size/],
    ["half its compressed bytes", { compressedBytes: 10 }, /compressed data cannot be read/],
    ["data that are not deflated", { isStored: true, method: 8 }, /compressed data cannot be read/],
    ["another name in its own header", { localName: "B.csv" }, /contradicts the package's directory/],
    ["an own header that pushes it into the directory", { localExtraBytes: 10 }, /overlaps/],
    ["another flag in its own header", { localFlags: 0x801 }, /contradicts the package's directory/],
  ])("for %s", async (_what, lies, message) => {
    await expect(readAll(craftZip([file("A.csv", lies)]))).rejects.toEqual(refusal("badPackage", message));
  });

  test("a bomb stops at its declared size, long before it is inflated", async () => {
    const bomb = craftZip([file("A.csv", { data: Buffer.alloc(100 * 2 ** 20), inflatedBytes: 1_000 })]);
    const archive = await open(bomb);
    const before = process.memoryUsage().rss;
    let given = 0;

    const reading = (async () => {
      for await (const chunk of archive.open("A.csv")) given += chunk.length;
    })();

    await expect(reading).rejects.toEqual(refusal("badPackage", /another size/));
    expect(given).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
  });

  test("a single flipped byte anywhere never gives other bytes without an error", async () => {
    const whole = craftZip([file("A.csv")]);
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      const outcome = await readAll(damaged).catch((error: unknown) => (error as Error).name);

      expect(["FormatError", data.length]).toContain(outcome);
    }
  });
});
