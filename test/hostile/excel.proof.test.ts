import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../shared/formats/recordFormat.ts";
import { type CraftedEntry, craftZip } from "../formats/craftedZip.ts";
import { anyRecords, type Crafted, openWorkbook, rowsOf, workbook, workbookEntries } from "../support/workbooks.ts";

const header = ["ID", "VALUE"];
const small = {
  rows: rowsOf(header, ["1", "a"], ["2", "b"]),
  strings: "<si><t>x</t></si>",
  formats: '<xf numFmtId="14"/>',
};

async function readAll(file: Uint8Array): Promise<{ rows: number; broken: number }> {
  const read = { rows: 0, broken: 0 };
  for await (const batch of (await openWorkbook(file, anyRecords)).batches) {
    read.rows += batch.count;
    read.broken += batch.broken.size;
  }
  return read;
}

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "FormatError", code, message: expect.stringMatching(message) });

/** The workbook with another sheet, and other words about it. */
function withSheet(data: Uint8Array, lies: Partial<CraftedEntry> = {}): Buffer {
  const entries = workbookEntries(small).map((entry) =>
    entry.name === "xl/worksheets/sheet1.xml" ? { ...entry, data, ...lies } : entry,
  );
  return craftZip(entries);
}

const megabyte = 1024 * 1024;
const sheet = (rows: string) => Buffer.from(`<worksheet><sheetData>${rows}</sheetData></worksheet>`);

describe("a workbook that is no honest zip", () => {
  test.each([
    ["inflates to very much", withSheet(Buffer.alloc(64 * megabyte, " ")), "overLimit", /more than 200 times/],
    [
      "says that it inflates to more",
      withSheet(sheet(""), { inflatedBytes: 3 * 1024 * megabyte }),
      "overLimit",
      /inflates to more than/,
    ],
    ["says that it inflates to less", withSheet(sheet(""), { inflatedBytes: 10 }), "badWorkbook", /another size/],
    [
      "has a wrong checksum",
      withSheet(sheet(rowsOf(header)), { crc: 1 }),
      "badWorkbook",
      /its checksum is wrong. Send the workbook again/,
    ],
    [
      "leaves its folder",
      craftZip([...workbookEntries(small), { name: "../a", data: Buffer.from("a") }]),
      "badWorkbook",
      /"\.\." in its path|relative path/,
    ],
    [
      "has a part twice",
      craftZip([...workbookEntries(small), { name: "XL/workbook.xml", data: Buffer.from("a") }]),
      "badWorkbook",
      /there twice/,
    ],
    ["has an encrypted part", withSheet(sheet(""), { flags: 0x801 }), "badWorkbook", /encrypted/],
    [
      "is larger than is held in memory",
      Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(65 * megabyte)]),
      "overLimit",
      /larger than the 64 MB/,
    ],
  ])("is refused where it %s", async (_what, file, code, message) => {
    await expect(readAll(file)).rejects.toEqual(refusal(code, message));
  });

  test("is refused wherever it is cut", async () => {
    const file = workbook(small);
    for (let length = 0; length < file.length; length += 1) {
      await expect(readAll(file.subarray(0, length))).rejects.toThrow(FormatError);
    }
  });
});

describe("a workbook that would take memory or time", () => {
  const declared = '<dimension ref="A1:XFD1048576"/>';

  test("costs what it holds, whatever it declares", async () => {
    const rows = `${declared}<cols><col min="1" max="999999999999" hidden="1"/></cols><sheetData>${rowsOf(header, ["1", "a"])}</sheetData>`;

    expect(await readAll(workbook({ rows }))).toEqual({ rows: 1, broken: 0 });
  });

  test("may have as many rows as a sheet has, most of them empty, and not one more", async () => {
    const last = (row: number) => `${rowsOf(header)}<row r="${row}"><c r="A${row}"><v>1</v></c></row>`;
    const empty = `${rowsOf(header)}${"<row/>".repeat(1_000_000)}`;

    expect(await readAll(workbook({ rows: last(1_048_576) }))).toEqual({ rows: 1, broken: 0 });
    expect(await readAll(withSheet(sheet(empty), { isStored: true }))).toEqual({ rows: 0, broken: 0 });
    await expect(readAll(workbook({ rows: last(1_048_577) }))).rejects.toEqual(
      refusal("DMF2042", /more than the 1048576 rows/),
    );
  });

  test("shares texts of 64 MB at most", async () => {
    const text = Buffer.alloc(700, "x").toString();
    const strings = Array.from({ length: 100_000 }, (_, index) => `<si><t>${index * 7_368_787}${text}</t></si>`).join(
      "",
    );

    await expect(readAll(workbook({ ...small, strings }))).rejects.toEqual(
      refusal("overLimit", /share more than 64 MB of text/),
    );
  });

  test("shares 4,194,304 texts at most", async () => {
    const entries = workbookEntries({ ...small, strings: "<si/>".repeat(4_194_305) });

    await expect(readAll(craftZip(entries.map((each) => ({ ...each, isStored: true }))))).rejects.toEqual(
      refusal("overLimit", /share more than 4194304 texts/),
    );
  });

  test("cannot grow by one long text that very many cells share", async () => {
    const before = process.memoryUsage().rss;
    const strings = `<si><t>${"x".repeat(30_000)}</t></si>`;
    const row = `<row>${"<c t='s'><v>0</v></c>".repeat(100)}</row>`;
    const rows = `<row>${"<c t='str'><v>A</v></c>".repeat(100)}</row>${row.repeat(800)}`;
    let peak = 0;
    const reading = (async () => {
      for await (const _ of (await openWorkbook(workbook({ rows, strings }))).batches) {
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    })();

    await expect(reading).rejects.toEqual(refusal("overLimit", /hold more than 512 MB/));
    expect(peak - before).toBeLessThan(300 * megabyte);
  });

  test("has rows of 4 MB at most, and cells of 1 MB", async () => {
    const strings = `<si><t>${"x".repeat(megabyte)}</t></si>`;
    const wide = `<row>${"<c t='str'><v>A</v></c>".repeat(9)}</row><row>${"<c t='s'><v>0</v></c>".repeat(9)}</row>`;
    const long = rowsOf(header, [`<c t='str'><v>${"&amp;".repeat(megabyte + 1)}</v></c>`]);

    await expect(readAll(workbook({ rows: wide, strings }))).rejects.toEqual(
      refusal("overLimit", /longer than 4194304 bytes/),
    );
    await expect(readAll(workbook({ rows: long }))).rejects.toEqual(refusal("overLimit", /!A2 holds more than 1 MB/));
  });
});

describe("a workbook that would reach out", () => {
  test.each<[string, NonNullable<Crafted["parts"]>, RegExp]>([
    [
      "an entity of its sheet",
      { "xl/worksheets/sheet1.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><worksheet/>" },
      /DOCTYPE/,
    ],
    [
      "entities that multiply",
      { "xl/sharedStrings.xml": "<!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY d '&b;&b;'>]><sst><si><t>&d;</t></si></sst>" },
      /DOCTYPE/,
    ],
    ["an entity of its styles", { "xl/styles.xml": "<!DOCTYPE a><styleSheet/>" }, /DOCTYPE/],
    [
      "a sheet outside",
      {
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="s0" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>',
      },
      /it has no part "etc\/passwd"/,
    ],
    [
      "a sheet of another host",
      {
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="s0" Type="x/worksheet" Target="http://example.org/a" TargetMode="External"/></Relationships>',
      },
      /no sheet that holds cells/,
    ],
  ])("is refused: %s", async (_what, parts, message) => {
    await expect(readAll(workbook({ ...small, parts }))).rejects.toThrow(message);
  });

  test("has formulas that are never calculated, whatever they call and wherever they lead", async () => {
    const rows = rowsOf(
      header,
      ["1", `<c><f>WEBSERVICE("http://example.org/")</f><v>7</v></c>`],
      ["2", "<c><f>B3</f><v>0</v></c>"],
      ["3", "<c t='str'><f>cmd|'/C calc'!A0</f><v>x</v></c>"],
      ["4", "<c><f>B5</f></c>"],
    );

    expect(await readAll(workbook({ rows }))).toEqual({ rows: 4, broken: 1 });
  });
});

const parts = workbookEntries(small);

test("a part with any bytes changed gives rows or a refusal, and nothing else", async () => {
  const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...Buffer.from("<>/\"'&;=! A19-r")), fc.nat(255)));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(parts.length - 1),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (at, changes) => {
        const data = Buffer.from(parts[at]!.data);
        for (const [place, byte] of changes) data[place % data.length] = byte;
        const file = craftZip(parts.with(at, { ...parts[at]!, data }));
        const outcome = await readAll(file).catch((error: unknown) => error);
        if (outcome instanceof Error) refused += 1;

        expect(outcome instanceof Error ? outcome.name : "rows").toMatch(/^(?:rows|FormatError)$/);
      },
    ),
    { numRuns: 1500 },
  );

  expect(refused).toBeGreaterThan(500);
});
