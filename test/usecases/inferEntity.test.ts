import { describe, expect, test } from "vitest";
import { entityProblems } from "../../shared/domain/dataEntity.ts";
import { compileMap } from "../../shared/domain/fieldMap.ts";
import { guessEntity, toAotName, toFieldName } from "../../shared/domain/inference.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { bytesOf } from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";

function typeOf(...values: readonly string[]): string {
  const guess = guessEntity(["A"]);
  for (const value of values) guess.add([value]);
  return guess.finish().columns[0]?.field.type ?? "";
}

function guessOf(columns: readonly string[], ...rows: readonly (readonly string[])[]) {
  const guess = guessEntity(columns);
  for (const row of rows) guess.add(row);
  return guess.finish();
}

describe("the type of a column", () => {
  test.each([
    ["integer", ["1", "-20", "0", ""]],
    ["integer", ["0", "1", "1"]],
    ["string", ["007", "8"]],
    ["string", ["+4512345678"]],
    ["string", ["-0"]],
    ["int64", ["1", "2147483648"]],
    ["string", ["9223372036854775808"]],
    ["real", ["1", "1.5", "-0.25"]],
    ["string", ["1.5", "1,5"]],
    ["string", ["00.5"]],
    ["boolean", ["Yes", "no", ""]],
    ["boolean", ["true", "FALSE"]],
    ["string", ["Yes", "1"]],
    ["date", ["2026-01-31", "2024-02-29"]],
    ["string", ["2026-02-30"]],
    ["string", ["31.01.2026"]],
    ["string", ["20260131", "x"]],
    ["datetime", ["2026-01-31", "2026-01-31T08:30:00Z"]],
    ["time", ["08:30", "23:59:59"]],
    ["guid", ["{0F8FAD5B-D9CB-469F-A165-70867728950E}"]],
    ["string", ["", " "]],
  ])("is %s for %j", (type, values) => {
    expect(typeOf(...values)).toBe(type);
  });

  test("that is text has room for a quarter more than its longest value", () => {
    const { columns } = guessOf(["A", "B"], ["x".repeat(9), "x".repeat(48)], ["", "x".repeat(49)]);

    expect(columns.map(({ field }) => field.lengthMax)).toEqual([20, 100]);
  });
});

describe("a few cells that do not fit what all others say", () => {
  const guessColumn = (name: string, rows: number, valueOf: (row: number) => string) => {
    const guess = guessEntity([name]);
    for (let row = 0; row < rows; row += 1) guess.add([valueOf(row)], row + 2);
    const { columns, warnings } = guess.finish();
    return { type: columns[0]!.field.type, reason: columns[0]!.reason, warnings };
  };
  const dayOf = (row: number): string => `2026-01-${String(1 + (row % 28)).padStart(2, "0")}`;

  test.each([
    ["date", dayOf, "2026-13-01", '7,999 of 8,000 are dates; line 1501 is not: "2026-13-01"'],
    [
      "datetime",
      (row: number) => `${dayOf(row)}T08:30:00Z`,
      "?",
      '7,999 of 8,000 are dates and times; line 1501 is not: "?"',
    ],
    ["time", () => "08:30", "25:00", '7,999 of 8,000 are times; line 1501 is not: "25:00"'],
    ["integer", (row: number) => String(row % 90), "n/a", '7,999 of 8,000 are whole numbers; line 1501 is not: "n/a"'],
    ["real", (row: number) => `${row}.5`, "1,5", '7,999 of 8,000 are numbers; line 1501 is not: "1,5"'],
    ["boolean", () => "Yes", "Maybe", '7,999 of 8,000 are Yes or No; line 1501 is not: "Maybe"'],
  ])("leave it a %s, and are told of with their line", (type, valueOf, wrong, reason) => {
    const guessed = guessColumn("A", 8000, (row) => (row === 1499 ? wrong : valueOf(row)));

    expect(guessed).toEqual({ type, reason, warnings: [`Column "A": ${reason}.`] });
  });

  test.each(["007", "+45", "10A2", "99999999999999999999"])(
    "make it text where a number would lose something of it, such as %j, and are told of as well",
    (code) => {
      const guessed = guessColumn("A", 100, (row) => (row === 50 ? code : String(row)));

      expect(guessed.type).toBe("string");
      expect(guessed.reason).toContain(`99 of 100 are whole numbers; line 52 is not: "${code}"`);
      expect(guessed.warnings).toHaveLength(1);
    },
  );

  test("make it text where they are many, or the rows few, and the reason says so", () => {
    expect(guessColumn("A", 100, (row) => (row % 10 === 0 ? "soon" : dayOf(row)))).toMatchObject({
      type: "string",
      reason: '90 of 100 are dates; line 2 is not: "soon"; the longest value has 10 characters',
      warnings: [],
    });
    expect(guessColumn("A", 5, (row) => (row === 4 ? "soon" : dayOf(row)))).toMatchObject({ type: "string" });
  });

  test("are found by the file's lines, whatever is between its rows", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, row) => `${row},"two\r\nlines",${row === 30 ? "soon" : dayOf(row)}\r\n`,
    );
    const proposed = await inferEntity(memoryPorts(), "Days", "CSV", bytesOf(`Id,Text,Day\r\n${rows.join("")}`));

    expect(proposed.warnings).toEqual(['Column "Day": 39 of 40 are dates; line 62 is not: "soon".']);
  });
});

describe("digits that look like a code", () => {
  const typesOf = (columns: readonly string[], ...rows: readonly (readonly string[])[]) =>
    Object.fromEntries(guessOf(columns, ...rows).columns.map(({ column, field }) => [column, field.type]));

  test("stay text, by the name of their column", () => {
    const columns = ["CUSTOMERACCOUNT", "ADDRESSZIPCODE", "CUSTOMERGROUPID", "PRIMARYCONTACTPHONE", "QUANTITY"];

    expect(
      typesOf(columns, ["C-1", "98052", "10", "4255550100", "5"], ["C-2", "10001", "20", "2125550100", "7"]),
    ).toEqual({
      CUSTOMERACCOUNT: "string",
      ADDRESSZIPCODE: "string",
      CUSTOMERGROUPID: "string",
      PRIMARYCONTACTPHONE: "string",
      QUANTITY: "integer",
    });
  });

  test("stay text where all have one length of five or more, unless they are amounts", () => {
    expect(
      typesOf(["A", "Price", "Year", "Paid"], ["12345", "12345", "2025", "1"], ["54321", "54321", "2026", "2"]),
    ).toEqual({
      A: "string",
      Price: "integer",
      Year: "integer",
      Paid: "integer",
    });
  });
});

describe("the key", () => {
  test("is a column that tells all rows apart, an id before others", () => {
    expect(guessOf(["Name", "Group id"], ["a", "1"], ["b", "2"]).key.fields).toEqual(["GROUP_ID"]);
    expect(guessOf(["Name", "Group id"], ["a", "1"], ["b", "1"]).key.fields).toEqual(["NAME"]);
  });

  test("is never a column that is blank somewhere, nor an amount", () => {
    expect(guessOf(["Amount", "No", "Text"], ["1.5", "", "a"], ["2.5", "1", "b"]).key.fields).toEqual(["TEXT"]);
  });

  const customers = (count: number, twice: number): readonly (readonly string[])[] =>
    Array.from({ length: count }, (_, row) => [
      `Customer ${row}`,
      `C-${row === twice ? 0 : row}`,
      `customer${row}@example.com`,
      `About ${row}`,
    ]);

  test.each([
    [5, 4],
    [8000, 1499],
  ])("is named like one also with a single value that comes twice in %d rows, and the line is told", (count, twice) => {
    const guess = guessEntity(["Name", "Account", "E-mail", "Description"]);
    for (const row of customers(count, twice)) guess.add(row);
    const { key, warnings } = guess.finish();

    expect(key.fields).toEqual(["ACCOUNT"]);
    expect(key.reason).toContain(`line ${twice + 2} has the value of a line before`);
    expect(warnings).toEqual([`Key: ${key.reason}`]);
  });

  test("is no description, e-mail, phone number, address, amount or date, also where nothing else tells rows apart", () => {
    const columns = ["Group id", "Beschreibung", "Mail", "Phone number", "Zip code", "Street", "Amount", "Date"];
    const row = (id: string, n: number) => [
      id,
      `d${n}`,
      `m${n}@x`,
      `+45${n}`,
      `${n}0000`,
      `s${n}`,
      `${n}`,
      "2026-01-01",
    ];

    expect(guessOf(columns, row("1", 1), row("1", 2), row("2", 3), row("2", 4)).key).toEqual({
      fields: ["GROUP_ID"],
      reason: "No column tells all rows apart: choose the key yourself.",
    });
  });

  test("is an e-mail where no column is named like a key", () => {
    expect(guessOf(["First name", "Mail"], ["Ann", "a@x"], ["Bo", "b@x"]).key.fields).toEqual(["MAIL"]);
  });

  test.each([
    [
      ["Order number", "Item code", "Line no", "Text"],
      ["ORDER_NUMBER", "LINE_NO"],
    ],
    [
      ["Item code", "INVOICEID", "LINENUM", "Text"],
      ["INVOICEID", "LINENUM"],
    ],
    [
      ["Belegnummer", "Pos", "Text"],
      ["BELEGNUMMER", "POS"],
    ],
  ])("of lines %j is their document's and theirs, also where an item comes once", (columns, fields) => {
    const rows = [
      ["O1", "1"],
      ["O1", "2"],
      ["O2", "1"],
      ["O2", "2"],
    ].map(([order = "", line = ""], index) =>
      columns.map((column) =>
        /order|invoice|beleg/i.test(column) ? order : /line|pos/i.test(column) ? line : `x${index}`,
      ),
    );

    expect(guessOf(columns, ...rows).key.fields).toEqual(fields);
  });

  test("is made of columns named like keys rather than of the first ones", () => {
    const columns = ["Text", "Company id", "Colour", "Currency code"];
    const rows = ["A", "B"].flatMap((company) => ["EUR", "USD"].map((code) => ["same", company, "red", code]));

    expect(guessOf(columns, ...rows).key.fields).toEqual(["COMPANY_ID", "CURRENCY_CODE"]);
  });

  test("counts values as different only where keys differ: not by case", () => {
    expect(guessOf(["Id", "Other"], ["a", "1"], ["A", "2"]).key.fields).toEqual(["OTHER"]);
  });

  test("is several columns when only together they tell rows apart", () => {
    expect(guessOf(["A", "B", "C"], ["1", "1", "x"], ["1", "2", "x"], ["2", "1", "x"]).key.fields).toEqual(["A", "B"]);
  });

  test("says so when nothing tells rows apart", () => {
    expect(guessOf(["A"], ["1"], ["1"]).key).toEqual({
      fields: ["A"],
      reason: "No column tells all rows apart: choose the key yourself.",
    });
  });
});

test.each([
  ["Group id", "GROUP_ID"],
  ["  größe (cm) ", "GROSSE_CM"],
  ["1st", "F_1ST"],
  ["***", "COLUMN"],
])("the column %j becomes the field %s", (column, field) => {
  expect(toFieldName(column)).toBe(field);
});

test("columns whose names fall together become different fields", () => {
  expect(guessOf(["a b", "A-B"]).columns.map(({ field }) => field.name)).toEqual(["A_B", "A_B_2"]);
});

test("an AOT name is made of the words of a label", () => {
  expect(toAotName("Customer groups")).toBe("CustomerGroupsEntity");
  expect(toAotName("2nd")).toBe("Data2ndEntity");
});

describe("a proposed entity", () => {
  const csv = "Group id,Count\r\n007,1\r\n008,\r\n";

  test("can be saved as it is, and its map fits the file", async () => {
    const proposed = await inferEntity(memoryPorts(), "Customer groups", "CSV", bytesOf(csv));

    expect(entityProblems(proposed.definition)).toEqual([]);
    expect(proposed).toMatchObject({ rowsRead: 2, isWhole: true, key: { fields: ["GROUP_ID"] } });
    expect(compileMap(proposed.definition, proposed.fieldMap, ["Group id", "Count"])).toHaveProperty("mapRow");
  });

  test("has the AOT name that the records of an XML file are called by, where it is one", async () => {
    const infer = async (record: string, format: string) => {
      const text = `<Document><${record} ID="1"><ID>1</ID></${record}><other/></Document>`;
      return (await inferEntity(memoryPorts(), "Customer groups", format, bytesOf(text))).definition.aotName;
    };

    expect(await infer("DEMOGROUPENTITY", "XML-Element")).toBe("DEMOGROUPENTITY");
    expect(await infer("x:DEMOGROUPENTITY", "XML-Attribute")).toBe("DEMOGROUPENTITY");
    expect(await infer("Grüppen", "XML-Element")).toBe("CustomerGroupsEntity");
  });

  test("counts the rows that it could not use, and says why", async () => {
    const proposed = await inferEntity(
      memoryPorts(),
      "Ragged",
      "CSV",
      bytesOf("ID,NAME,QTY\r\n1,Screw, M8,5\r\n2,Bolt, M6,7\r\n3,Nut,9\r\n"),
    );

    expect(proposed).toMatchObject({ rowsRead: 1, rowsUnusable: 2, isWhole: true });
    expect(proposed.warnings).toEqual([
      "Rows that could not be used: 2. The first is on line 2: The row has 4 columns instead of 3: put text that holds the delimiter in qualifiers.",
    ]);
  });

  test("says which format would fit where all comes out as one column", async () => {
    const infer = (text: string) => inferEntity(memoryPorts(), "Prices", "CSV", bytesOf(text));

    await expect(infer("ID;NAME;PRICE\r\n1;Screw;12,5\r\n2;Nut;13,75\r\n")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/delimiter were semicolon.*"Semicolon".*not be used: 2/s),
    });
    expect((await infer("ID;NAME;PRICE\r\n1;Screw;12\r\n")).warnings).toEqual([
      expect.stringContaining('such as "Semicolon"'),
    ]);
  });

  test("is made of a bounded number of rows, and says so", async () => {
    const rows = Array.from({ length: 10_001 }, (_, row) => `${row},1\r\n`).join("");

    const proposed = await inferEntity(memoryPorts(), "Many", "CSV", bytesOf(`Id,Count\r\n${rows}`));

    expect(proposed).toMatchObject({ rowsRead: 10_000, isWhole: false });
  });

  test("is made of fewer rows where they are wide, or long", async () => {
    const [columns, cells] = [Array.from({ length: 1000 }, (_, index) => `C${index}`), ",1".repeat(999)];
    const wide = Array.from({ length: 1_001 }, (_, row) => `${row}${cells}\r\n`).join("");
    const long = `${"x".repeat(1_000_000)}\r\n`.repeat(18);

    expect(await inferEntity(memoryPorts(), "Wide", "CSV", bytesOf(`${columns.join()}\r\n${wide}`))).toMatchObject({
      rowsRead: 1_000,
      isWhole: false,
    });
    expect(
      await inferEntity(memoryPorts({ bodyBytesMax: 1e8 }), "Long", "CSV", bytesOf(`Text\r\n${long}`)),
    ).toMatchObject({ rowsRead: 17, isWhole: false });
  });

  test.each(["", "PK\u0003\u0004", 'A,B\r\n"1,2\r\n'])(
    "refuses %j as something that the caller can mend",
    async (text) => {
      await expect(inferEntity(memoryPorts(), "Bad", "CSV", bytesOf(text))).rejects.toMatchObject({ code: "invalid" });
    },
  );
});
