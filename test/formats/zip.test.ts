import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import type { RandomAccess } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import type { ZipArchive } from "../../shared/formats/zipReader.ts";
import { writeZip } from "../../shared/formats/zipWriter.ts";
import type { ZipInput } from "../../shared/formats/zipWriter.ts";
import { centralRecord, dataDescriptor, endOfZip, localHeader } from "../../shared/formats/zipRecords.ts";
import { craftZip } from "./craftedZip.ts";
import { sparseAccess, sparseZip } from "./sparseZip.ts";

const modifiedAt = Date.UTC(2026, 0, 31, 12, 30);

async function* inPieces(bytes: Uint8Array, pieceBytes = 100): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* inputs(files: readonly (readonly [string, Uint8Array])[]): AsyncGenerator<ZipInput> {
  // Small ones show that pieces may fall anywhere; large ones in small pieces would only take their time.
  for (const [name, bytes] of files) yield { name, bytes: inPieces(bytes, bytes.length > 10_000 ? 65_536 : 100) };
}

const write = (files: readonly (readonly [string, Uint8Array])[]) => collect(writeZip(inputs(files), { modifiedAt }));
const textOf = async (archive: ZipArchive, name: string) => (await collect(archive.open(name))).toString();

describe("a package zip", () => {
  test("that another program made is read", async () => {
    const bytes = await readFile(new URL("../fixtures/Widget import.zip", import.meta.url));
    const archive = await openPackageZip(bytesInMemory(bytes));

    expect(archive.entries.map((entry) => entry.name)).toEqual([
      "Widget groups.xml",
      "Widgets.csv",
      "Manifest.xml",
      "PackageHeader.xml",
    ]);
    expect(await collect(archive.open("manifest.XML"))).toEqual(
      await readFile(new URL("../fixtures/Manifest.xml", import.meta.url)),
    );
  });

  test("gives back what was written, whatever it was", async () => {
    const files = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z日é ]{1,9}x$/), fc.uint8Array({ maxLength: 5_000 })),
      {
        selector: ([name]) => name.toUpperCase(),
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(files, async (written) => {
        const archive = await openPackageZip(bytesInMemory(await write(written)));
        const read: (readonly [string, Uint8Array])[] = [];
        for (const { name } of archive.entries) read.push([name, Uint8Array.from(await collect(archive.open(name)))]);

        expect(read).toEqual(written.map(([name, bytes]) => [name, Uint8Array.from(bytes)]));
      }),
      { numRuns: 60 },
    );
  });

  test("takes a file whole as well as streamed", async () => {
    async function* files(): AsyncGenerator<ZipInput> {
      yield { name: "Manifest.xml", bytes: Buffer.from("<whole/>") };
      yield { name: "Empty.csv", bytes: new Uint8Array(0) };
    }
    const archive = await openPackageZip(bytesInMemory(await collect(writeZip(files(), { modifiedAt }))));

    expect(await textOf(archive, "Manifest.xml")).toBe("<whole/>");
    expect(await textOf(archive, "Empty.csv")).toBe("");
  });

  test("of the same files and time has the same bytes, in every time zone", async () => {
    const files = [["A.csv", Buffer.from("A,B\r\n")]] as const;
    const zone = process.env["TZ"];
    const zips: Buffer[] = [];
    for (const each of ["UTC", "America/New_York", "Australia/Lord_Howe"]) {
      process.env["TZ"] = each;
      zips.push(await write(files));
    }
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;

    expect(zips[1]).toEqual(zips[0]);
    expect(zips[2]).toEqual(zips[0]);
    // The local header's time and date, in the format of DOS: 12:30:00 on 2026-01-31.
    expect(zips[0]?.readUInt16LE(10)).toBe((12 << 11) | (30 << 5));
    expect(zips[0]?.readUInt16LE(12)).toBe(((2026 - 1980) << 9) | (1 << 5) | 31);
  });

  test("of the same files has the same bytes, in whatever pieces they come", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},name of ${row % 977}\r\n`).join("");
    const zipOf = async (pieceBytes: number) => {
      async function* files(): AsyncGenerator<ZipInput> {
        yield { name: "A.csv", bytes: inPieces(Buffer.from(rows), pieceBytes) };
      }
      return collect(writeZip(files(), { modifiedAt }));
    };
    const whole = await zipOf(Infinity);

    for (const pieceBytes of [777, 40_000, 300_000]) expect((await zipOf(pieceBytes)).equals(whole)).toBe(true);
  });

  test("of more than 4 GB is read where its entries are, behind the reach of 32 bits", async () => {
    const zeroBytes = 5 * 1024 ** 3;
    const manifest = Buffer.from("<whole/>");
    const zip = sparseZip([
      { name: "Large.csv", zeroBytes, crc: 0 },
      { name: "Manifest.xml", bytes: manifest },
    ]);
    const archive = await openPackageZip(sparseAccess(zip));

    expect(archive.entries).toEqual([
      { name: "Large.csv", compressedBytes: zeroBytes, inflatedBytes: zeroBytes },
      { name: "Manifest.xml", compressedBytes: manifest.length, inflatedBytes: manifest.length },
    ]);
    expect(await textOf(archive, "Manifest.xml")).toBe("<whole/>");
    const large = archive.open("Large.csv")[Symbol.asyncIterator]();
    expect((await large.next()).value?.every((byte: number) => byte === 0)).toBe(true);
    await large.return?.();
  });

  test("may have stored entries, empty ones, and a folder of resources", async () => {
    const archive = await openPackageZip(
      bytesInMemory(
        craftZip([
          { name: "A.csv", data: Buffer.from("stored"), isStored: true },
          { name: "Empty.csv", data: Buffer.alloc(0), isStored: true },
          { name: "Deflated empty.csv", data: Buffer.alloc(0) },
          { name: "Resources/", data: Buffer.alloc(0), isStored: true, unixMode: 0o040755 },
          { name: "resources/map.xslt", data: Buffer.from("<x/>"), unixMode: 0o100644 },
          { name: "Resources/Currencies/A.csv", data: Buffer.from("not data") },
        ]),
      ),
    );

    expect(archive.entries.map((entry) => entry.name)).not.toContain("Resources/");
    expect(await textOf(archive, "A.csv")).toBe("stored");
    expect(await textOf(archive, "Empty.csv")).toBe("");
    expect(await textOf(archive, "Deflated empty.csv")).toBe("");
    expect(await textOf(archive, "Resources/map.xslt")).toBe("<x/>");
  });

  test("is asked for only what is needed: its directory at once, then each entry by range", async () => {
    const big = randomBytes(1_000_000);
    const bytes = await write([
      ["Big.csv", big],
      ...Array.from({ length: 100 }, (_, n) => [`${n}.csv`, big.subarray(0, n)] as const),
    ]);
    const requests: number[] = [];
    const memory = bytesInMemory(bytes);
    const counted: RandomAccess = {
      sizeBytes: bytes.length,
      read: (offset, length) => {
        requests.push(length);
        return memory.read(offset, length);
      },
    };

    const archive = await openPackageZip(counted);
    expect(requests.length).toBeLessThanOrEqual(3);
    requests.length = 0;
    expect(await textOf(archive, "7.csv")).toBe(big.subarray(0, 7).toString());

    expect(requests.reduce((sum, length) => sum + length, 0)).toBeLessThan(200_000);
  });

  test("does not hide a failure of its storage behind an error of the package", async () => {
    const lost = new Error("storage is away");
    const bytes = await write([["Big.csv", randomBytes(500_000)]]);
    let isAway = false;
    const memory = bytesInMemory(bytes);
    const source: RandomAccess = {
      sizeBytes: bytes.length,
      async *read(offset, length) {
        if (isAway) throw lost;
        yield* memory.read(offset, length);
      },
    };
    const archive = await openPackageZip(source);

    isAway = true;

    await expect(collect(archive.open("Big.csv"))).rejects.toBe(lost);
    await expect(openPackageZip(source)).rejects.toBe(lost);
  });
});

describe("writing a zip", () => {
  test("takes from its files at the pace at which it is read", async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; taken < 200_000_000; taken += 100_000) yield randomBytes(100_000);
    }
    async function* one(): AsyncGenerator<ZipInput> {
      yield { name: "Endless.csv", bytes: endless() };
    }

    const zip = writeZip(one(), { modifiedAt });
    await zip.next();
    await zip.next();
    await zip.return();

    expect(taken).toBeLessThan(5_000_000);
  });

  test("asks for a file when the one before it is done", async () => {
    const events: string[] = [];
    async function* bytes(name: string): AsyncGenerator<Uint8Array> {
      yield Buffer.from(name);
      events.push(`${name} read`);
    }
    async function* files(): AsyncGenerator<ZipInput> {
      for (const name of ["A", "B"]) {
        events.push(`${name} asked`);
        yield { name, bytes: bytes(name) };
      }
    }

    await collect(writeZip(files(), { modifiedAt }));

    expect(events).toEqual(["A asked", "A read", "B asked", "B read"]);
  });

  test("ends with the error of the file that fails, and closes what is open", async () => {
    let isClosed = false;
    const broken = new Error("record 7 cannot be written");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("begun");
      throw broken;
    }
    async function* files(): AsyncGenerator<ZipInput> {
      try {
        yield { name: "A.csv", bytes: failing() };
        yield { name: "B.csv", bytes: inPieces(Buffer.from("never")) };
      } finally {
        isClosed = true;
      }
    }

    await expect(collect(writeZip(files(), { modifiedAt }))).rejects.toBe(broken);

    expect(isClosed).toBe(true);
  });

  test("closes the file under way when its reader stops", async () => {
    let isClosed = false;
    async function* long(): AsyncGenerator<Uint8Array> {
      try {
        for (let part = 0; part < 10_000; part += 1) yield randomBytes(10_000);
      } finally {
        isClosed = true;
      }
    }
    async function* files(): AsyncGenerator<ZipInput> {
      yield { name: "A.csv", bytes: long() };
    }

    for await (const chunk of writeZip(files(), { modifiedAt })) if (chunk.length > 1_000) break;

    expect(isClosed).toBe(true);
  });

  test("refuses a name that leaves the package", async () => {
    await expect(write([["../A.csv", Buffer.from("x")]])).rejects.toThrow('called "../A.csv"');
    await expect(write([["/A.csv", Buffer.from("x")]])).rejects.toThrow('called "/A.csv"');
    await expect(write([["", Buffer.from("x")]])).rejects.toThrow('called ""');
  });

  test.each([0, 1])(
    "is what another writer makes of the same files, deflated by level %i",
    async (compressionLevel) => {
      const files = [
        ["Manifest.xml", Buffer.from("<whole/>")],
        ["Empty.csv", Buffer.alloc(0)],
        ["Resources\\日本 é.csv", Buffer.from("A,B\r\n".repeat(1_000))],
      ] as const;
      const times = [
        modifiedAt,
        Date.UTC(1979, 5, 1),
        Date.UTC(2107, 11, 31, 23, 59, 59),
        Date.UTC(2024, 1, 29, 23, 59, 59),
      ];

      for (const at of times) {
        const written = await collect(writeZip(inputs(files), { modifiedAt: at, compressionLevel }));

        expect(written.equals(await zipOfYazl(files, at, compressionLevel))).toBe(true);
      }
    },
  );

  test("gives the memory of pieces back that are its own, when they are packed", async () => {
    const pieces = Array.from({ length: 5 }, (_, index) => Buffer.allocUnsafeSlow(100_000).fill(index));
    const whole = Buffer.concat(pieces);
    const left: number[] = [];
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces) {
        yield piece;
        left.push(pieces.filter(({ length }) => length > 0).length);
      }
    }
    async function* files(): AsyncGenerator<ZipInput> {
      yield { name: "A.csv", bytes: parts(), isOwn: true };
    }

    const archive = await openPackageZip(bytesInMemory(await collect(writeZip(files(), { modifiedAt }))));

    expect((await collect(archive.open("A.csv"))).equals(whole)).toBe(true);
    // The one that is packed while the next one is made is still there.
    expect(left).toEqual([5, 4, 3, 2, 1]);
  });

  test("says where an entry of more than 4 GB ends, and what lies behind it", async () => {
    const sizeBytes = 5 * 1024 ** 3;
    const facts = { modifiedAt, isStored: true, crc: 0 };
    const large = {
      ...facts,
      name: Buffer.from("Large.csv"),
      offset: 0,
      compressedBytes: sizeBytes,
      inflatedBytes: sizeBytes,
    };
    const start = localHeader(large);
    const smallAt = start.length + sizeBytes + dataDescriptor(large).length;
    const small = { ...facts, name: Buffer.from("Small.csv"), offset: smallAt, compressedBytes: 0, inflatedBytes: 0 };
    const rest = [dataDescriptor(large), localHeader(small), dataDescriptor(small)];
    const directory = Buffer.concat([centralRecord(large), centralRecord(small)]);
    const offset = start.length + sizeBytes + Buffer.concat(rest).length;
    const end = endOfZip({ count: 2, offset, sizeBytes: directory.length });
    const pieces = [
      { offset: 0, bytes: start },
      { offset: start.length + sizeBytes, bytes: Buffer.concat([...rest, directory, end]) },
    ];

    const archive = await openPackageZip(sparseAccess({ sizeBytes: offset + directory.length + end.length, pieces }));

    expect(archive.entries).toEqual([
      { name: "Large.csv", compressedBytes: sizeBytes, inflatedBytes: sizeBytes },
      { name: "Small.csv", compressedBytes: 0, inflatedBytes: 0 },
    ]);
    expect(await textOf(archive, "Small.csv")).toBe("");
    expect(dataDescriptor(large).readBigUInt64LE(8)).toBe(BigInt(sizeBytes));
  });

  test("counts its entries in 64 bits when 16 are not enough", () => {
    expect(endOfZip({ count: 0xfffe, offset: 5, sizeBytes: 7 })).toHaveLength(22);
    const end = endOfZip({ count: 0xffff, offset: 5, sizeBytes: 7 });

    expect(end.readUInt32LE(0)).toBe(0x06064b50);
    expect(end.readBigUInt64LE(32)).toBe(0xffffn);
    expect(end.readBigUInt64LE(56 + 8)).toBe(12n);
    expect(end.readUInt16LE(56 + 20 + 10)).toBe(0xffff);
  });
});

async function zipOfYazl(files: readonly (readonly [string, Uint8Array])[], at: number, compressionLevel: number) {
  const zip = new ZipFile();
  // It writes the time of the machine's zone.
  const mtime = new Date(at + new Date(at).getTimezoneOffset() * 60_000);
  for (const [name, bytes] of files) {
    zip.addReadStream(Readable.from([bytes]), name, { mtime, forceDosTimestamp: true, compressionLevel });
  }
  zip.end();
  return collect(zip.outputStream.pipe(new PassThrough()));
}
