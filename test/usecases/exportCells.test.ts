import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { compileMap } from "../../shared/domain/fieldMap.ts";
import type { FieldMap, FieldMapLine } from "../../shared/domain/fieldMapLine.ts";
import { linesOf, type RecordLines } from "../../shared/domain/recordLines.ts";
import type { DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { openCsv } from "../../shared/formats/csvReader.ts";
import { createCsvWriter } from "../../shared/formats/csvWriter.ts";
import { exportCells } from "../../shared/usecases/export/exportCells.ts";
import { regionOfFormat } from "../../shared/usecases/sources/regionOfFormat.ts";
import { lineProblems } from "../../shared/usecases/definitions/lineProblems.ts";
import { line as entityLine } from "../support/definitions.ts";
import { csv } from "../support/formats.ts";
import { noPace } from "../support/pace.ts";
import { collectRows, mapped } from "../support/rows.ts";

const items: DataEntity = {
  name: "Items",
  aotName: "ItemEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "integer", isKey: true, isRequired: true },
    { name: "GROUP", type: "string", lengthMax: 12, isKey: false, isRequired: false },
    { name: "PRICE", type: "real", isKey: false, isRequired: false },
    {
      name: "KIND",
      type: "enum",
      isKey: false,
      isRequired: false,
      enumValues: [
        { symbol: "Goods", value: 0, label: "Ware, greifbar" },
        { symbol: "Service", value: 1, label: 'Dienst "rein"' },
      ],
    },
  ],
};

type Records = readonly (readonly string[])[];

async function fileOf(map: FieldMap, format: DelimitedFormat, records: Records): Promise<Buffer> {
  const cells = exportCells({ entity: items, format, fieldMap: map }, (_, cell) => `Record, cell ${cell},`);
  async function* batches(): AsyncGenerator<RecordLines> {
    yield cells.write(linesOf(records.map((values) => ({ key: "", number: 1, values }))), 1);
  }
  const columns = map.map(({ column }) => column!);
  const qualifiers = map.map(({ textQualifier }) => textQualifier);
  const writer = createCsvWriter(format, noPace);
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer.write(columns, batches(), cells.defaults, undefined, qualifiers)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function imported(map: FieldMap, format: DelimitedFormat, file: Buffer): Promise<unknown> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  const reader = await openCsv(bytes(), format, noPace);
  const compiled = compileMap(items, map, reader.columns, regionOfFormat(format));
  if ("problems" in compiled) throw new Error("The map fits.");
  const rows = await collectRows(reader.batches);
  return rows.map(({ cells }) => mapped(compiled.mapRow, cells)).map((row) => ("errors" in row ? row : row.values));
}

const line = (field: string, options: Partial<FieldMapLine> = {}): FieldMapLine => ({
  field,
  column: `column of ${field}`,
  ignoreBlank: false,
  ...options,
});

describe("an export through a map", () => {
  const texts = fc.string({ minLength: 1, maxLength: 4, unit: "grapheme" }).filter((text) => text.trim() !== "");
  const groups = ["alpha", "beta", "10", "a,b", 'q"', "x\ny", " pad"];
  const prices = ["0.5", "10", "-3", "1234.75"];
  const sources = fc.oneof(texts, fc.constantFrom(...groups, ...prices, "free", "1.234,75"));
  const pairsOf = (values: readonly string[]) =>
    fc
      .tuple(fc.shuffledSubarray([...values]), fc.uniqueArray(sources, { minLength: 8, maxLength: 8 }))
      .map(([chosen, drawn]) => chosen.map((value, index) => ({ source: drawn[index]!, value })));
  const qualified = fc.constantFrom<FieldMapLine["textQualifier"][]>(undefined, "always").map((textQualifier) => ({
    ...(textQualifier && { textQualifier }),
  }));
  const maps = fc.record({
    groups: fc.tuple(pairsOf(groups), qualified),
    prices: fc.tuple(pairsOf(prices), qualified),
    useEnumLabel: fc.boolean(),
    language: fc.constantFrom(undefined, "de-DE"),
  });
  const records = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 999 }).map(String),
      fc.constantFrom(...groups, "free", ""),
      fc.constantFrom(...prices, ""),
      fc.constantFrom("Goods", "Service", ""),
    ),
    { maxLength: 8 },
  );

  test("is read back through the same map as what it was, or is refused", async () => {
    const refused: string[] = [];
    let written = 0;
    await fc.assert(
      fc.asyncProperty(maps, records, async (drawn, values) => {
        const map = [
          line("ID", { textQualifier: "never" }),
          line("GROUP", { conversions: drawn.groups[0], ...drawn.groups[1] }),
          line("PRICE", { conversions: drawn.prices[0], ...drawn.prices[1] }),
          line("KIND", { useEnumLabel: drawn.useEnumLabel }),
        ];
        const format = { ...csv, ...(drawn.language && { language: drawn.language }) };
        expect(lineProblems({ direction: "export" }, { ...entityLine, fieldMap: map }, items, "")).toEqual([]);

        const file = await fileOf(map, format, values).catch((error: { code: string }) => error.code);

        if (typeof file === "string") refused.push(file);
        else written += 1;
        const read = typeof file === "string" ? values : await imported(map, format, file);
        expect(read).toEqual(values);
      }),
      { numRuns: 400 },
    );
    expect(new Set(refused)).toEqual(new Set(["unwritable"]));
    expect(written).toBeGreaterThan(100);
  });

  test("writes the text of each pair, the labels of enums, and qualifiers as its lines say", async () => {
    const map = [
      line("ID", { textQualifier: "always" }),
      line("GROUP", { conversions: [{ source: "A", value: "alpha" }], textQualifier: "always", defaultValue: "alpha" }),
      line("PRICE"),
      line("KIND", { useEnumLabel: true }),
    ];
    const file = await fileOf(map, csv, [
      ["1", "alpha", "2.5", "Goods"],
      ["2", "", "", "Service"],
    ]);

    expect(file.toString().split("\r\n").slice(1, 3)).toEqual([
      '"1","A",2.5,"Ware, greifbar"',
      '"2","A",,"Dienst ""rein"""',
    ]);
  });

  test("has the same value in every row where its line has an automatic default", async () => {
    const map = [line("ID"), line("KIND", { autoDefault: true, defaultValue: "service", useEnumLabel: true })];
    const file = await fileOf(map, csv, [
      ["1", "Goods"],
      ["2", ""],
    ]);

    expect(file.toString()).toContain('\r\n1,"Dienst ""rein"""\r\n2,"Dienst ""rein"""\r\n');
  });

  test("refuses a value whose text stands for another one, and names the record for people alone", async () => {
    const map = [line("ID"), line("GROUP", { conversions: [{ source: "10", value: "ten" }] })];

    await expect(fileOf(map, csv, [["1", "10"]])).rejects.toMatchObject({
      code: "unwritable",
      message: 'Record 1, column "column of GROUP", holds a value whose text the field map converts to another one.',
      shown: expect.stringMatching(
        /^Record, cell 1, would be written as "10", which the field map converts to "ten"\./u,
      ),
    });
  });

  test("refuses a delimiter in a column that it never qualifies, and qualifiers that the format does not have", async () => {
    const never = [line("ID"), line("GROUP", { textQualifier: "never" })];
    await expect(fileOf(never, csv, [["1", "a,b"]])).rejects.toMatchObject({ code: "unwritable" });

    const always = [line("ID", { textQualifier: "always" })];
    await expect(fileOf(always, { ...csv, textQualifier: null }, [["1"]])).rejects.toMatchObject({
      code: "unwritable",
    });
  });
});
