import fc from "fast-check";
import { readXlsx, writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import type { FieldType } from "../../../shared/domain/dataEntity.ts";
import { linesOf } from "../../../shared/domain/recordLines.ts";
import { converterFor } from "../../../shared/domain/values.ts";
import { collectBytes } from "../../../shared/formats/byteChunks.ts";
import { createExcelWriter } from "../../../shared/formats/excel/excelWriter.ts";
import { bytesInMemory } from "../../../shared/formats/randomAccess.ts";
import type { NameOfCell } from "../../../shared/formats/recordFormat.ts";
import { openPackageZip } from "../../../shared/formats/zipReader.ts";
import { customerGroups } from "../../support/definitions.ts";
import { noPace } from "../../support/pace.ts";
import { collectRows } from "../../support/rows.ts";
import { openWorkbook } from "../../support/workbooks.ts";

interface Written {
  readonly types?: readonly (FieldType | undefined)[];
  readonly columns?: readonly string[];
  readonly defaults?: readonly string[];
  readonly sheetName?: string;
  readonly isLocalTime?: boolean;
  readonly nameOf?: NameOfCell;
}

async function write(rows: readonly (readonly string[])[], written: Written = {}): Promise<Uint8Array> {
  const { types = [], sheetName, isLocalTime = false, defaults, nameOf } = written;
  const columns = written.columns ?? (rows[0] ?? ["A"]).map((_, index) => `C${index + 1}`);
  const of = { entity: customerGroups, expected: columns, types, ...(sheetName !== undefined && { sheetName }) };
  async function* batches() {
    for (const row of rows) yield linesOf([{ key: row[0] ?? "", number: 1, values: row }]);
  }
  const writer = createExcelWriter(of, isLocalTime, noPace);
  return collectBytes(writer.write(columns, batches(), defaults, nameOf), 64 * 1024 * 1024, "a workbook");
}

async function readBack(file: Uint8Array): Promise<(readonly string[])[]> {
  return (await collectRows((await openWorkbook(file)).batches)).map(({ cells, problem }) => [
    ...cells,
    ...(problem ? [problem.message] : []),
  ]);
}

async function partOf(file: Uint8Array, name: string): Promise<string> {
  const archive = await openPackageZip(bytesInMemory(file));
  return Buffer.from(await collectBytes(archive.open(name), 1024 * 1024, name)).toString();
}

/** What a library of other people makes of the first sheet. */
async function asOthersRead(file: Uint8Array) {
  const { sheets } = await readXlsx(file);
  return sheets[0]!;
}

describe("a workbook of records", () => {
  test("has typed cells for what people compute with, as others read it", async () => {
    const types = ["string", "integer", "real", "boolean", "date", "datetime", "time"] as const;
    const rows = [["=1+1", "7", "-12.5", "Yes", "2026-01-31", "2026-01-31T08:30:00Z", "08:30:00"]];
    const { name, rows: read } = await asOthersRead(await write(rows, { types }));

    expect(name).toBe("Customer_groups");
    expect(read[0]).toEqual(["C1", "C2", "C3", "C4", "C5", "C6", "C7"]);
    expect(read[1]?.slice(0, 6)).toEqual([
      "=1+1",
      7,
      -12.5,
      true,
      new Date("2026-01-31"),
      new Date("2026-01-31T08:30:00Z"),
    ]);
  });

  test.each([
    ["integer", "1234567890123456"],
    ["real", "0.1234567890123456"],
    ["date", "1899-12-31"],
    ["date", "1900-02-28"],
    ["datetime", "2026-01-31T08:30:00.0000001Z"],
    ["enum", "7"],
    ["guid", "00000000-0000-0000-0000-000000000001"],
    ["string", "007"],
  ] as const)("has as text what a spreadsheet would change: %s %s", async (type, value) => {
    const { rows } = await asOthersRead(await write([[value]], { types: [type] }));

    expect(rows[1]).toEqual([value]);
  });

  test("keeps every text, whatever XML makes of its characters", async () => {
    const texts = [" a ", "a\tb\r\nc\n", "_x0041_", "<&>\"'", "\ufffe", "日本 😀", "-1", "@SUM(A1)", "\\N", "]]>"];
    const file = await write(texts.map((text) => [text]));

    expect(await readBack(file)).toEqual(texts.map((text) => [text]));
  });

  test("names its sheet and its range like the entity, or as the line says", async () => {
    const usual = await partOf(await write([["1"], ["2"]]), "xl/workbook.xml");
    const named = await partOf(await write([], { sheetName: "R&D's 1st" }), "xl/workbook.xml");

    expect(usual).toContain('<sheet name="Customer_groups"');
    expect(usual).toContain("<definedName name=\"Customer_groups\">'Customer_groups'!$A$1:$A$3</definedName>");
    expect(named).toContain('<sheet name="R&amp;D\'s 1st"');
    expect(named).toContain("<definedName name=\"R_D_s_1st\">'R&amp;D''s 1st'!$A$1:$A$1</definedName>");
  });

  test("holds the default of a column where a value is empty, and no cell where there is none", async () => {
    const file = await write(
      [
        ["", ""],
        ["5", "x"],
      ],
      { types: ["integer", "string"], defaults: ["7", ""] },
    );

    expect(await readBack(file)).toEqual([
      ["7", ""],
      ["5", "x"],
    ]);
    expect(await partOf(file, "xl/worksheets/sheet1.xml")).toContain('<row r="2"><c r="A2"><v>7</v></c></row>');
  });

  test("is the same, byte for byte, for the same records", async () => {
    expect(await write([["1", "a"]])).toEqual(await write([["1", "a"]]));
  });

  test("of a time zone has local times as numbers, and what only UTC tells as text", async () => {
    const values = [["2026-10-25T02:30:00"], ["2026-10-25T00:30:00Z"]];
    const file = await write(values, { types: ["datetime"], isLocalTime: true });

    expect(await readBack(file)).toEqual(values);
    expect(await partOf(file, "xl/worksheets/sheet1.xml")).toMatch(/<c r="A2" s="3"><v>46320\.10/);
  });
});

describe("what no sheet can hold", () => {
  const nameOf: NameOfCell = (record, cell) => `Record "${record.key}", field ${cell},`;

  test("is refused: a text of more than 32,767 characters, by record and column, and to people by its key", async () => {
    expect(await readBack(await write([["1", "x".repeat(32_767)]]))).toHaveLength(1);
    await expect(write([["k", "x".repeat(32_768)]], { nameOf })).rejects.toMatchObject({
      code: "unwritable",
      message: expect.stringMatching(/^Record 1, column "C2", holds 32768 characters, more than the 32767 that a cell/),
      shown: expect.stringMatching(/^Record "k", field 1, holds/),
    });
  });

  test("is refused: half a character", async () => {
    await expect(write([["a\ud83d"]])).rejects.toMatchObject({ code: "unwritable" });
  });

  test("is refused: more than 255 columns", async () => {
    const columns = Array.from({ length: 256 }, (_, index) => `C${index}`);

    await expect(write([], { columns })).rejects.toMatchObject({ code: "DMF2009" });
  });

  test("is refused: more records than there are rows below the header", async () => {
    const batch = linesOf([{ key: "1", number: 1, values: ["1"] }]);
    const { starts, ends, bytes } = batch;
    const many = {
      bytes,
      count: 1024,
      starts: new Uint32Array(1024).fill(starts[0]!),
      ends: new Uint32Array(1024).fill(ends[0]!),
    };
    async function* batches() {
      for (let written = 0; written < 1_048_576; written += 1024) yield many;
    }
    const file = createExcelWriter({ entity: customerGroups, expected: [] }, false, noPace).write(["A"], batches());

    await expect(
      (async () => {
        for await (const _ of file);
      })(),
    ).rejects.toMatchObject({
      code: "DMF2042",
      message: expect.stringContaining("more records than the 1048575"),
    });
  });
});

const fieldOf = (type: FieldType) => ({ name: "A", type, isKey: false, isRequired: false });
const two = (number: number) => String(number).padStart(2, "0");
const day = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const clock = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.constantFrom("", ".1", ".123", ".0000001"))
  .map(([hours, minutes, seconds, fraction]) => `${two(hours)}:${two(minutes)}:${two(seconds)}${fraction}`);
// oxlint-disable-next-line no-control-regex -- control characters are in no value
const text = fc.string({ unit: "binary" }).filter((value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(value));
const digits = fc
  .tuple(fc.constantFrom("", "-"), fc.bigInt(0n, 10n ** 20n), fc.constantFrom("", ".5", ".000123", ".9876543210123456"))
  .map((parts) => parts.join(""));
const raw: Readonly<Record<string, fc.Arbitrary<string>>> = {
  string: text,
  integer: fc.integer().map(String),
  int64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
  real: fc.oneof(digits, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map(String)),
  boolean: fc.constantFrom("Yes", "No"),
  date: day,
  datetime: fc.tuple(day, clock).map(([date, time]) => `${date}T${time}Z`),
  time: clock,
};
const types = ["string", "integer", "int64", "real", "boolean", "date", "datetime", "time"] as const;

test("every value of every type reads back as itself, and is what it was once it is imported", async () => {
  const cell = fc
    .constantFrom(...types)
    .chain((type) => raw[type]!.map((value) => ({ type, value: canonical(type, value) })));
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 40 }), async (cells) => {
      const row = ["k", ...cells.map(({ value }) => value)];
      const file = await write([row], { types: ["string", ...cells.map(({ type }) => type)] });
      const [read = []] = await readBack(file);
      const imported = cells.map(({ type, value }, index) => (value === "" ? "" : canonical(type, read[index + 1]!)));

      expect(imported).toEqual(cells.map(({ value }) => value));
    }),
    { numRuns: 60 },
  );
});

function canonical(type: FieldType, value: string): string {
  if (value.trim() === "") return "";
  const converted = converterFor(fieldOf(type))(value);
  return "value" in converted ? converted.value : "";
}

describe("a workbook that a library of other people wrote", () => {
  test.each(["shared", "inline"] as const)("reads as what was put in, with %s texts", async (stringMode) => {
    const rows = [
      ["ID", "TEXT", "AMOUNT", "FLAG", "DAY"],
      ["1", " a <b>&\n😀", 12.5, true, new Date("2026-01-31")],
      ["2", "", 0.1 + 0.2, false, new Date("1999-12-31")],
      ["3", null, -1e-7, null, null],
    ];
    const columns = [{}, {}, {}, {}, { numFmt: "yyyy-mm-dd" }];
    const file = await writeXlsx({ sheets: [{ name: "Customer_groups", rows, columns }], stringMode });

    expect(await readBack(file)).toEqual([
      ["1", " a <b>&\n😀", "12.5", "Yes", "2026-01-31"],
      ["2", "", "0.3", "No", "1999-12-31"],
      ["3", "", "-0.0000001", "", ""],
    ]);
  });

  test("is refused where it is encrypted", async () => {
    const file = await writeXlsx({
      sheets: [{ name: "A", rows: [["ID"]] }],
      encryption: { password: "secret", spinCount: 1000 },
    });

    await expect(openWorkbook(file)).rejects.toThrow("is encrypted with a password");
  });

  test("is refused where it has macros", async () => {
    const file = await writeXlsx({ sheets: [{ name: "A", rows: [["ID"]] }], vbaProject: Uint8Array.of(1) });

    await expect(openWorkbook(file)).rejects.toThrow("holds macros (.xlsm)");
  });
});
