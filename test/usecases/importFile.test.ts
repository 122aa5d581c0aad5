import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { customerGroups, importJob, importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, look, push, recordsOf, resultFile, runNow } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const header = "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n";

describe("a file of records", () => {
  test("is matched to fields by name in any case and order, and stored in canonical values", async () => {
    const { message, execution } = await importFile(
      ports,
      "creditlimit,DESCRIPTION,CustomerGroupID\r\n012.500,Wholesale,10\r\n1.25e2,,20\r\n",
    );

    expect(message.state).toBe("Processed");
    expect(execution?.entities[0]).toMatchObject({ rowsRead: 2, created: 2, updated: 0, failed: 0, unprocessed: 0 });
    expect(execution?.warnings).toEqual([]);
    expect(await recordsOf(ports)).toEqual([
      ["10", "Wholesale", "", "12.5"],
      ["20", "", "", "125"],
    ]);
  });

  test("updates what has its key, and leaves alone what it holds already", async () => {
    await importFile(ports, `${header}10,Wholesale,Yes,1\r\n20,Retail,No,2\r\n`);
    const { execution } = await importFile(ports, `${header}10,Wholesale,1,1.0\r\n20,Retail shops,No,2\r\n30,,,\r\n`);

    expect(execution?.entities[0]).toMatchObject({ created: 1, updated: 1, unchanged: 1, failed: 0 });
    expect(await recordsOf(ports)).toContainEqual(["20", "Retail shops", "No", "2"]);
  });

  test("keeps the values of fields that it has no column for", async () => {
    await importFile(ports, `${header}10,Wholesale,Yes,1\r\n`);
    await importFile(ports, "CustomerGroupId,CreditLimit\r\n10,7\r\n");

    expect(await recordsOf(ports)).toEqual([["10", "Wholesale", "Yes", "7"]]);
  });

  test("takes the place of all records where its line truncates first, and of none when it cannot be read", async () => {
    await importFile(ports, `${header}10,,,\r\n20,,,\r\n`);
    await defineLines(ports, [{ truncateFirst: true }]);

    await importFile(ports, `${header}30,,,\r\n31,"never closed\r\n`);
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10", "20"]);
    const { execution } = await importFile(ports, `${header}30,,,\r\n`);

    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["30"]);
    expect(execution?.entities[0]).toMatchObject({ created: 1 });
  });

  test("takes the place of nothing where none of its records is good", async () => {
    await importFile(ports, `${header}10,,,\r\n20,,,\r\n`);
    await defineLines(ports, [{ truncateFirst: true }]);
    const { message, execution } = await importFile(ports, `${header}30,,,x\r\n,,,\r\n`);

    expect(message.state).toBe("PostProcessingError");
    expect(message.lastError).toMatch(/^groups\.csv: none of its 2 records is good, so nothing was removed/);
    expect(execution?.entities[0]).toMatchObject({ status: "error", rowsRead: 2, failed: 2, unprocessed: 0 });
    expect(execution?.entities[0]?.failedFile).toBeDefined();
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10", "20"]);
  });

  test.each([
    ["a header alone", header],
    ["a header and blank lines", `${header}\r\n\r\n`],
  ])("takes the place of nothing where it is %s, as a load that failed leaves it", async (_what, file) => {
    await importFile(ports, `${header}10,,,\r\n`);
    await defineLines(ports, [{ truncateFirst: true }]);
    const { message, execution } = await importFile(ports, file);

    expect(message).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringMatching(/^groups\.csv: the file holds no records, so nothing was removed/),
    });
    expect(execution?.entities[0]).toMatchObject({ status: "error", rowsRead: 0, failed: 0 });
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10"]);
  });

  test("without records is processed, with a warning", async () => {
    const { message, execution } = await importFile(ports, header);

    expect(message.state).toBe("Processed");
    expect(execution?.warnings).toEqual(["groups.csv: the file holds no records."]);
  });

  test("may have columns that no field takes, with a warning that names them", async () => {
    const { message, execution } = await importFile(ports, "CustomerGroupId,Colour,Size\r\n10,red,L\r\n");

    expect(message.state).toBe("Processed");
    expect(execution?.warnings).toEqual(["groups.csv: no field takes these columns: Colour, Size."]);
  });
});

describe("companies", () => {
  const currencies: DataEntity = {
    name: "Currencies",
    aotName: "CurrencyEntity",
    isPerCompany: false,
    isChangeTracked: false,
    fields: [{ name: "CODE", type: "string", lengthMax: 3, isKey: true, isRequired: true }],
  };

  test("keep their records apart, and the job's company counts whatever the query says", async () => {
    await importFile(ports, "CustomerGroupId\r\n10\r\n", { company: "DEMF" });

    expect(await recordsOf(ports, customerGroups, "USMF")).toHaveLength(1);
    expect(await recordsOf(ports, customerGroups, "DEMF")).toEqual([]);
  });

  test("come from the message where the job says so, and from the job when the message names none", async () => {
    const job = { ...importJob, useCompanyFromMessage: true };
    await define(ports, "job", importJobId, job);
    await importFile(ports, "CustomerGroupId\r\n10\r\n", { company: "demf" }, job);
    await importFile(ports, "CustomerGroupId\r\n20\r\n", {}, job);

    expect((await recordsOf(ports, customerGroups, "DEMF")).map(([key]) => key)).toEqual(["10"]);
    expect((await recordsOf(ports, customerGroups, "USMF")).map(([key]) => key)).toEqual(["20"]);
  });

  test("mean nothing to a shared entity", async () => {
    await define(ports, "entity", currencies.name, currencies);
    await defineLines(ports, [{ entity: currencies.name }]);
    const { execution } = await importFile(ports, "Code\r\nEUR\r\n", { entity: "currencyentity" });

    expect(await recordsOf(ports, currencies)).toEqual([["EUR"]]);
    expect(execution?.entities[0]?.company).toBeUndefined();
  });
});

describe("a field map", () => {
  test("renames, gives default values and ignores blanks", async () => {
    await importFile(ports, `${header}10,Wholesale,Yes,1\r\n`);
    await defineLines(ports, [
      {
        fieldMap: [
          { field: "CustomerGroupId", column: "Group", ignoreBlank: false },
          { field: "Description", column: "Text", ignoreBlank: true },
          { field: "CreditLimit", column: "Limit", defaultValue: "0100.0", ignoreBlank: false },
          { field: "IsSalesTaxIncluded", defaultValue: "no", ignoreBlank: false },
        ],
      },
    ]);
    await importFile(ports, "GROUP,text,Limit\r\n10, ,5\r\n20,,\r\n");

    expect(await recordsOf(ports)).toEqual([
      ["10", "Wholesale", "No", "5"],
      ["20", "", "No", "100"],
    ]);
  });

  test("empties a field by a blank cell where it does not ignore blanks", async () => {
    await importFile(ports, `${header}10,Wholesale,Yes,1\r\n`);
    await importFile(ports, `${header}10,,Yes,1\r\n`);

    expect(await recordsOf(ports)).toEqual([["10", "", "Yes", "1"]]);
  });
});

describe("a file that cannot be imported at all", () => {
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ["lacks the key's column", "Description\r\nWholesale\r\n", /"CUSTOMERGROUPID" is part of the key.*\(Description\)/],
    ["has no header row", "\r\n\r\n", /no header row. Begin it with/],
    ["has two columns of one name", "CustomerGroupId,customergroupid\r\n1,2\r\n", /have the same name/],
    [
      "is an old workbook",
      Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      /Expected delimited text, found/,
    ],
  ];
  for (const [what, body, text] of cases) {
    test(`and ${what} ends as PreProcessingError and says what to do`, async () => {
      const { message, execution } = await importFile(ports, body);

      expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringMatching(text) });
      expect(message.lastError).toMatch(/^groups\.csv: /);
      expect(execution).toMatchObject({ entities: [], failure: message.lastError });
    });
  }

  test("for its mapped column is missing names the column, those that are there and both ways out", async () => {
    const fieldMap = [{ field: "CUSTOMERGROUPID", column: "Group", ignoreBlank: false }];
    await defineLines(ports, [{ fieldMap }]);
    const { message } = await importFile(ports, "Number,Text\r\n10,x\r\n");

    expect(message.lastError).toBe(
      'groups.csv: Column "Group", mapped to field "CUSTOMERGROUPID", is not in the file; it has: Number, Text. ' +
        "Add the column to the file, or change the field map of the data project.",
    );
  });

  test("leaves nothing staged, and no record", async () => {
    await importFile(ports, "Description\r\nWholesale\r\n");

    expect(await recordsOf(ports)).toEqual([]);
    expect((await ports.ground.blobs("staging").list("", { limit: 10 })).items).toEqual([]);
  });

  test("for it is UTF-8 on a line that is CSV-Unicode says which format was expected", async () => {
    await defineLines(ports, [{ format: "CSV-Unicode" }]);

    expect((await importFile(ports, "CustomerGroupId\r\n10\r\n")).message).toMatchObject({
      state: "PreProcessingError",
      lastError: expect.stringContaining("not Unicode"),
    });
    const unicode = Buffer.from("\ufeffCustomerGroupId\r\n10\r\n", "utf16le");
    expect((await importFile(ports, unicode)).message.state).toBe("Processed");
  });
});

describe("a file that breaks off behind its first records", () => {
  test("ends as PostProcessingError, with every record read accounted for and none stored", async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => `${index},,,${index === 7 ? "x" : ""}\r\n`).join("");
    const { message, execution } = await importFile(ports, `${header}${rows}9999,"never closed\r\n`);

    const entity = execution!.entities[0]!;
    expect(message.state).toBe("PostProcessingError");
    expect(message.lastError).toMatch(/^groups\.csv: .*line 1502 is never closed/);
    expect(entity).toMatchObject({ status: "error", created: 0, updated: 0, unchanged: 0, failed: 1 });
    expect(entity.failed + entity.unprocessed).toBe(entity.rowsRead);
    expect(entity.rowsRead).toBeGreaterThan(0);
    expect(await recordsOf(ports)).toEqual([]);
  });

  test("offers what was read before it broke off as unprocessed", async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => `${index},,,${index === 7 ? "x" : ""}\r\n`).join("");
    const { execution } = await importFile(ports, `${header}${rows}9999,"never closed\r\n`);
    const unprocessed = (await resultFile(ports, execution, "unprocessed")).split("\r\n").slice(1, -1);

    expect(unprocessed).toHaveLength(execution!.entities[0]!.unprocessed);
    expect(unprocessed.slice(6, 8)).toEqual(["6,,,", "8,,,"]);
  });
});

test("what a job's project holds when a message is processed counts, not what it held when it was pushed", async () => {
  const messageId = await push(ports, "CustomerGroupId\r\n10\r\n");
  await defineLines(ports, [{ isEnabled: false }]);
  await runNow(ports);

  expect((await look(ports, messageId)).message).toMatchObject({
    state: "PreProcessingError",
    lastError: expect.stringContaining('no enabled line for entity "Customer groups" any more'),
  });
});
