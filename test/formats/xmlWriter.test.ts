import { XMLParser, XMLValidator } from "fast-xml-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { linesOf } from "../../shared/domain/recordLines.ts";
import type { XmlFormat } from "../../shared/domain/sourceFormats/xml.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { createXmlWriter } from "../../shared/formats/xmlWriter.ts";
import { customerGroups } from "../support/definitions.ts";
import { noPace } from "../support/pace.ts";
import { readXml, xmlAttribute, xmlElement } from "../support/xml.ts";

type Values = readonly (string | undefined)[];

async function write(
  format: XmlFormat,
  columns: readonly string[],
  rows: readonly Values[],
  defaults?: readonly string[],
  entity: DataEntity = customerGroups,
): Promise<string> {
  async function* batches() {
    for (let from = 0; from < rows.length; from += 3) {
      yield linesOf(
        rows.slice(from, from + 3).map((values, index) => ({ key: `k${from + index}`, number: 7, values })),
      );
    }
  }
  const writer = createXmlWriter(format, { entity, expected: columns }, noPace);
  const bytes = writer.write(columns, batches(), defaults, (record, cell) => `Record ${record.key}, field ${cell},`);
  return Buffer.from(await collectBytes(bytes, 64 * 1024 * 1024, "a file")).toString();
}

const columns = ["CUSTOMERGROUPID", "DESCRIPTION"];

describe("a written file of XML elements", () => {
  test("is as the original writes it, each record on a line of its own", async () => {
    expect(
      await write(xmlElement, columns, [
        ["10", "Gears & cogs"],
        ["20", ""],
      ]),
    ).toBe(
      [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<Document>",
        "<CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>10</CUSTOMERGROUPID><DESCRIPTION>Gears &amp; cogs</DESCRIPTION></CUSTCUSTOMERGROUPENTITY>",
        "<CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>20</CUSTOMERGROUPID><DESCRIPTION/></CUSTCUSTOMERGROUPENTITY>",
        "</Document>",
        "",
      ].join("\r\n"),
    );
  });

  test("has no element where the record has no value, in contrast to an empty one", async () => {
    expect(await write(xmlElement, columns, [["10", undefined]])).toContain(
      "<CUSTCUSTOMERGROUPENTITY><CUSTOMERGROUPID>10</CUSTOMERGROUPID></CUSTCUSTOMERGROUPENTITY>",
    );
  });

  test("has the column's default where a value is empty", async () => {
    expect(await write(xmlElement, columns, [["10", ""]], ["", "<none>"])).toContain(
      "<DESCRIPTION>&lt;none&gt;</DESCRIPTION>",
    );
  });

  test("has a document without records", async () => {
    expect(await write(xmlElement, columns, [])).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\r\n<Document>\r\n</Document>\r\n',
    );
  });

  test.each([
    ["upper", "<CUSTCUSTOMERGROUPENTITY><GROUPID>1</GROUPID><OWN_X0020_NAME>2<"],
    ["lower", "<custcustomergroupentity><groupid>1</groupid><own_x0020_name>2<"],
    ["asDefined", "<CustCustomerGroupEntity><GroupId>1</GroupId><Own_x0020_name>2<"],
  ] as const)("has its names in the case of the format: %s", async (names, expected) => {
    const field = { name: "GroupId", type: "string", isKey: true, isRequired: true } as const;
    const file = await write({ ...xmlElement, names }, ["GROUPID", "Own name"], [["1", "2"]], undefined, {
      ...customerGroups,
      fields: [field],
    });

    expect(file.toLowerCase()).toContain(expected.toLowerCase());
    expect(file).toContain(expected.replace("_X0020_", "_x0020_"));
  });

  test.each([
    ["a control character", "a\u0001", "U+0001"],
    ["half a pair", "a\ud83d", "U+D83D"],
    ["U+FFFE", "a\ufffe", "U+FFFE"],
    ["U+FFFF", "a\uffff", "U+FFFF"],
  ])("is refused for what XML cannot hold: %s", async (_, value, code) => {
    await expect(
      write(xmlElement, columns, [
        ["1", "2"],
        ["3", value],
      ]),
    ).rejects.toMatchObject({
      code: "DMF2055",
      message: expect.stringContaining(`Record 2, column "DESCRIPTION", holds ${code}, which XML cannot hold`),
      shown: expect.stringContaining(`Record k1, field 1, holds ${code}`),
    });
    await expect(write(xmlElement, columns, [], ["", value])).rejects.toMatchObject({ code: "DMF2055" });
  });

  test("is refused when a record does not have as many values as there are columns", async () => {
    await expect(write(xmlElement, columns, [["1"]])).rejects.toMatchObject({ code: "unwritable" });
    await expect(write(xmlElement, columns, [["1", "2", "3"]])).rejects.toMatchObject({ code: "unwritable" });
  });
});

test("a written file of XML attributes is as the original writes it", async () => {
  expect(
    await write(xmlAttribute, columns, [
      ["10", 'a"b\r\n\t<c>'],
      ["20", ""],
    ]),
  ).toBe(
    [
      '<?xml version="1.0" encoding="utf-8"?>',
      "<Document>",
      '<CUSTCUSTOMERGROUPENTITY CUSTOMERGROUPID="10" DESCRIPTION="a&quot;b&#13;&#10;&#9;&lt;c&gt;" />',
      '<CUSTCUSTOMERGROUPENTITY CUSTOMERGROUPID="20" DESCRIPTION="" />',
      "</Document>",
      "",
    ].join("\r\n"),
  );
});

const legal = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("<", ">", "&", '"', "'", "\r", "\n", "\t", "]]>", "\\", "\\N", " ", "é", "\uf8ff", "\uffe5"),
      fc.string({ unit: "binary", maxLength: 1 }),
    ),
  })
  .filter((text) => !/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff\p{Surrogate}]/u.test(text));
const name = fc
  .string({ unit: fc.constantFrom("A", "b", "_", "x", "0", "4", " ", ":", "ü", "-"), minLength: 1, maxLength: 8 })
  .filter((text) => text.trim() === text);
const table = fc
  .uniqueArray(name, { minLength: 1, maxLength: 4, selector: (text) => text.toLowerCase() })
  .chain((names) =>
    fc.record({
      names: fc.constant(names),
      rows: fc.array(fc.tuple(...names.map(() => fc.option(legal, { nil: undefined }))), { maxLength: 8 }),
      format: fc.record({
        kind: fc.constantFrom("xmlElement" as const, "xmlAttribute" as const),
        names: fc.constantFrom("upper" as const, "lower" as const, "asDefined" as const),
      }),
    }),
  );

describe("any table", () => {
  test("is the same again when its file is read", async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 300 }), async ({ names, rows, format }, pieceBytes) => {
        const own = { ...xmlElement, ...format };
        const read = await readXml(
          await write(own, names, rows),
          own,
          { entity: customerGroups, expected: names },
          pieceBytes,
        );

        expect(read.columns).toEqual(names);
        expect(read.oddities.filter(({ kind }) => kind.startsWith("unread") || kind === "otherElement")).toEqual([]);
        expect(
          read.rows.map(({ cells, absent }) => cells.map((cell, index) => (absent?.has(index) ? undefined : cell))),
        ).toEqual(rows);
      }),
    );
  });

  test("is read by another library as it was written", async () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      processEntities: true,
      htmlEntities: true,
      attributeNamePrefix: "",
      isArray: (tag) => tag === "CUSTCUSTOMERGROUPENTITY",
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(legal, legal), { minLength: 1, maxLength: 5 }), async (rows) => {
        for (const format of [xmlElement, xmlAttribute]) {
          const file = await write(format, ["A", "B"], rows);
          const records = parser.parse(file).Document.CUSTCUSTOMERGROUPENTITY;

          expect(XMLValidator.validate(file)).toBe(true);
          expect(records.map(({ A, B }: { A: string; B: string }) => [A, B])).toEqual(rows);
        }
      }),
    );
  });
});
