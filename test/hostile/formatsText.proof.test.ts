import { describe, expect, test } from "vitest";
import { openCsv } from "../../shared/formats/csvReader.ts";
import { csv } from "../support/formats.ts";
import { fixedWidthFormat } from "../../shared/domain/sourceFormats/fixedWidth.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import { readHeader, readManifest } from "../../shared/formats/manifest.ts";
import { noPace } from "../support/pace.ts";

const MEBIBYTE = 2 ** 20;
const rssGrowthMax = 150 * MEBIBYTE;

interface Outcome {
  readonly error: unknown;
  /** How much of the endless source was taken before the refusal. */
  readonly takenBytes: number;
  readonly rssGrowth: number;
}

const openAsCsv = (bytes: AsyncIterable<Uint8Array>) => openCsv(bytes, csv, noPace);
const column = { name: "A", width: 600_000, alignment: "left" as const };
const fixed = fileFormatOf({ ...fixedWidthFormat, columns: [column, { ...column, name: "B", width: 400_000 }] });
const openAsFixed = (bytes: AsyncIterable<Uint8Array>) =>
  fixed.open(bytes, { entity: undefined, expected: [] }, noPace);

/** Reads a file that begins with `start` and goes on with `more` for as long as anybody asks: up to 1 GiB. */
async function readEndless(start: string, more: string, open: typeof openAsCsv = openAsCsv): Promise<Outcome> {
  const block = Buffer.from(more.repeat(Math.ceil(65_536 / more.length)));
  let takenBytes = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(start);
    for (; takenBytes < 1_024 * MEBIBYTE; takenBytes += block.length) yield block;
  }
  const before = process.memoryUsage().rss;
  let error: unknown;
  try {
    for await (const batch of (await open(source())).batches) expect(batch.count).toBeLessThanOrEqual(64 * 1024);
  } catch (thrown) {
    error = thrown;
  }
  return { error, takenBytes, rssGrowth: process.memoryUsage().rss - before };
}

const refusal = (code: string, line: number, message: RegExp) =>
  expect.objectContaining({ code, line, message: expect.stringMatching(message) });

describe("a delimited file without an end is refused within 16 MiB, in bounded memory", () => {
  test.each([
    ["a million columns in its header", "A", ",B", 1, /longer than 4194304 characters/],
    ["a million columns in a row", "A,B\r\n1,2\r\n", "x,", 3, /more than 1024 columns/],
    ["a million quoted columns", "A,B\r\n", '"x",', 2, /more than 1024 columns/],
    ["one huge cell", "A,B\r\n", "x", 2, /longer than 4194304 characters/],
    ["one huge quoted cell", 'A,B\r\n1,2\r\n"', "x", 3, /cell on line 3 is longer than 1048576 characters/],
    [
      "a qualifier that is never closed, over many lines",
      'A,B\r\n1,"2',
      "x\r\n3,4",
      2,
      /Is a text qualifier never closed/,
    ],
    ["a cell of doubled qualifiers only", 'A,B\r\n"', '""', 2, /longer than 1048576 characters/],
    ["text without end after a qualifier", 'A,B\r\n"1"', "x", 2, /longer than/],
    ["a row of CR only", "A,B\r\n1", "\r", 2, /longer than 4194304 characters/],
  ])("with %s", async (_what, start, more, line, message) => {
    const outcome = await readEndless(start, more);

    expect(outcome.error).toEqual(refusal("overLimit", line, message));
    expect(outcome.takenBytes).toBeLessThan(16 * MEBIBYTE);
    expect(outcome.rssGrowth).toBeLessThan(rssGrowthMax);
  });

  test.each([
    ["a line of fixed width of 1 GB", "", "x", 1],
    ["one behind good ones", `${"x".repeat(1_000_000)}\n`.repeat(3), "é", 4],
    ["one of CRs", "a\n", "\r", 2],
  ])("with %s", async (_what, start, more, line) => {
    const outcome = await readEndless(start, more, openAsFixed);

    expect(outcome.error).toEqual(refusal("overLimit", line, /longer than 4194304 characters/));
    expect(outcome.takenBytes).toBeLessThan(16 * MEBIBYTE);
    expect(outcome.rssGrowth).toBeLessThan(rssGrowthMax);
  });

  test("with an encoded word of UTF-7 that never ends", async () => {
    let takenBytes = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; takenBytes < 1_024 * MEBIBYTE; takenBytes += 65_536) yield Buffer.alloc(65_536, "A");
    }

    await expect(openCsv(endless(), { ...csv, codePage: 65000 }, noPace)).rejects.toThrow("A character does not end");

    expect(takenBytes).toBeLessThan(4 * MEBIBYTE);
  });

  test("with a zero byte", async () => {
    const { error, takenBytes } = await readEndless("A,B\r\n1,2\r\n", "\0");

    expect(error).toEqual(refusal("DMF1855", 3, /zero byte/));
    expect(takenBytes).toBeLessThan(MEBIBYTE);
  });
});

describe("a delimited file at a limit is read", () => {
  const rowsOf = async (text: string) => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text);
    }
    const reader = await openCsv(source(), csv, noPace);
    let rows = 0;
    for await (const batch of reader.batches) rows += batch.count;
    return { columns: reader.columns.length, rows };
  };
  const names = (columns: number) => Array.from({ length: columns }, (_, index) => `C${index}`).join(",");

  test("with 1,024 columns, and not with one more", async () => {
    expect(await rowsOf(`${names(1_024)}\r\n${",".repeat(1_023)}\r\n`)).toEqual({ columns: 1_024, rows: 1 });
    await expect(rowsOf(`${names(1_025)}\r\n`)).rejects.toThrow("more than 1024 columns");
    await expect(rowsOf(`A\r\n${'"",'.repeat(1_024)}\r\n`)).rejects.toThrow("more than 1024 columns");
  });

  test("with a cell of 1,048,576 characters, and not with one more, quoted or not", async () => {
    const cell = "x".repeat(MEBIBYTE);
    expect(await rowsOf(`A,B\r\n${cell},"${cell}"\r\n`)).toEqual({ columns: 2, rows: 1 });
    for (const row of [`${cell}x,1`, `1,${cell}x`, `"${cell}x",1`, `"1",${cell}x`]) {
      await expect(rowsOf(`A,B\r\n${row}\r\n`)).rejects.toThrow("line 2 is longer than 1048576 characters");
    }
  });

  test("with a row of 4 MiB characters, and not with one of 5, quoted or not", async () => {
    const cell = "x".repeat(MEBIBYTE);
    const rowOf = (cells: number, last: string) => `A,B,C,D,E,F\r\n${`${cell},`.repeat(cells)}${last}\r\n`;
    expect(await rowsOf(rowOf(3, "x,y,z"))).toEqual({ columns: 6, rows: 1 });
    for (const last of ["x", '"x"']) {
      await expect(rowsOf(rowOf(5, last))).rejects.toThrow("row on line 2 is longer than 4194304 characters");
    }
  });

  test("with many long rows, in time that grows with its size", async () => {
    const row = `${'""'.repeat(100)}${"x".repeat(900_000)}`;
    const started = process.threadCpuUsage();

    expect(await rowsOf(`A\r\n${`"${row}"\r\n`.repeat(40)}`)).toEqual({ columns: 1, rows: 40 });

    expect(process.threadCpuUsage(started).user).toBeLessThan(2_000_000);
  });
});

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("a hostile manifest is refused", () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
  const root = (content: string) => `<DataManagementPackageManifest>${content}</DataManagementPackageManifest>`;

  test.each([
    ["with a billion laughs", `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]>${root("&l9;")}`, /DOCTYPE/],
    ["with an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${root("&x;")}`, /DOCTYPE/],
    ["with an external document type", `<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">${root("")}`, /DOCTYPE/],
    ["with a parameter entity", `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]>${root("")}`, /DOCTYPE/],
    ["with an entity that nobody declared", root("&lol;"), /undefined entity|entity/],
    ["with elements nested 100,000 deep", root("<a>".repeat(100_000)), /nested more than 32 deep/],
    ["with a million elements", root("<a/>".repeat(1_000_000)), /more than 300000 elements/],
    ["with an element that is not closed", "<DataManagementPackageManifest><Description>x", /unclosed/],
    ["with crossed elements", root("<a><b></a></b>"), /cannot be read/],
    ["with two roots", `${root("")}${root("")}`, /cannot be read/],
    ["with the same attribute twice", '<DataManagementPackageManifest a="1" a="2"/>', /duplicate attribute/],
    ["with a control character", root("\u0001"), /disallowed character/],
    ["with a reference to a control character", root("&#1;"), /malformed character entity/],
    ["with nothing in it", "", /cannot be read/],
    ["that is text", "DefinitionGroupName", /cannot be read/],
  ])("%s", async (_what, xml, message) => {
    const started = process.threadCpuUsage();

    await expect(readManifest(stream(xml), noPace)).rejects.toEqual(
      expect.objectContaining({ code: "badXml", message: expect.stringMatching(message) }),
    );

    expect(process.threadCpuUsage(started).user).toBeLessThan(3_000_000);
  });

  test("when it is larger than 8 MiB, before it is parsed", async () => {
    let takenBytes = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; takenBytes < 1_024 * MEBIBYTE; takenBytes += MEBIBYTE) yield Buffer.alloc(MEBIBYTE, 0x20);
    }

    await expect(readHeader(endless(), noPace)).rejects.toEqual(
      expect.objectContaining({
        code: "overLimit",
        message: expect.stringMatching(/PackageHeader.xml is larger than/),
      }),
    );

    expect(takenBytes).toBeLessThan(10 * MEBIBYTE);
  });

  test("names such as __proto__ and constructor change nothing", async () => {
    const manifest = await readManifest(
      stream(
        '<DataManagementPackageManifest __proto__="x"><__proto__>y</__proto__><constructor/></DataManagementPackageManifest>',
      ),
      noPace,
    );

    const unread = ["DataManagementPackageManifest.__proto__"];
    expect(manifest).toEqual({ definitionGroupName: "", description: "", lines: [], unread });
  });
});
