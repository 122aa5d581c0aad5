import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { SourceFormat } from "../../shared/domain/sourceFormat.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { removeEntity } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { editStagedRow } from "../../shared/usecases/operate/editStagedRow.ts";
import { emptyEntity } from "../../shared/usecases/operate/emptyEntity.ts";
import { countEntityRecords } from "../../shared/usecases/watch/countEntityRecords.ts";
import { getStagedRow } from "../../shared/usecases/watch/stagedRows.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { listRecords } from "../../shared/usecases/watch/listRecords.ts";
import {
  exportJob,
  exportProject,
  importJob,
  importProject,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { csv } from "../support/formats.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { charges, orderLines, orders } from "../support/orders.ts";
import { xmlAttribute, xmlElement } from "../support/xml.ts";
import { define, defineLines, exportedFiles, importFile, newestExport, resultFile, runNow } from "./world.ts";

let ports: TestPorts;

beforeEach(begin);

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  for (const entity of [orders, orderLines, charges]) await define(ports, "entity", entity.name, entity);
}

const documentOf = (...parts: string[]): string => `<Document>${parts.join("")}</Document>`;
const order = (id: string, ...parts: string[]): string =>
  `<DEMOORDERHEADERENTITY><ORDERID>${id}</ORDERID>${parts.join("")}</DEMOORDERHEADERENTITY>`;
const lineOf = (number: string, ...parts: string[]): string =>
  `<DEMOORDERLINEENTITY><LINENUM>${number}</LINENUM>${parts.join("")}</DEMOORDERLINEENTITY>`;
const noCharge = "<DEMOCHARGEENTITY/>";
const charge = (code: string, amount: string): string =>
  `<DEMOCHARGEENTITY><CODE>${code}</CODE><AMOUNT>${amount}</AMOUNT></DEMOCHARGEENTITY>`;

async function importAs(format: SourceFormat, body: string | Uint8Array, more: object = {}) {
  await define(ports, "format", format.name, format);
  await defineLines(ports, [{ entity: orders.name, format: format.name, ...more }]);
  return importFile(ports, body, { entity: orders.name, externalIdentifier: "orders.xml" });
}

async function exportAs(format: SourceFormat, more: object = {}) {
  await define(ports, "format", format.name, format);
  const lines = [{ ...line, entity: orders.name, format: format.name, ...more }];
  await define(ports, "project", exportProject.name, { ...exportProject, lines });
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!;
}

const nothing = { company: undefined, key: [], named: new Map<string, string>() };
async function recordsOf(entity: { readonly name: string }, limit = 200): Promise<readonly (readonly string[])[]> {
  const values: (readonly string[])[] = [];
  let continuation: string | undefined;
  do {
    const page = await listRecords(ports, entity.name, nothing, { limit, ...(continuation && { continuation }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    values.push(...page.items.map((item) => item.values));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return values;
}

const two = documentOf(
  order(
    "O-1",
    "<Account>A-7</Account>",
    lineOf("1.0000", "<WIDGETID>W-1</WIDGETID>", charge("FR", "2.50"), charge("TX", "1")),
    lineOf("2", noCharge),
  ),
  order("O-2", "<DEMOORDERLINEENTITY/>"),
);

describe("a tree of records", () => {
  test("comes in as one record, and its parts are read as records of their own entities", async () => {
    const { message, execution } = await importAs(xmlElement, two);

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution!.warnings).toEqual([]);
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 2, created: 2 });
    expect(await recordsOf(orders)).toEqual([
      ["O-1", "A-7"],
      ["O-2", ""],
    ]);
    expect(await recordsOf(orderLines)).toEqual([
      ["O-1", "1", "W-1", "", ""],
      ["O-1", "2", "", "", ""],
    ]);
    expect(await recordsOf(charges)).toEqual([
      ["O-1", "1", "FR", "2.5"],
      ["O-1", "1", "TX", "1"],
    ]);
  });

  test.each([1, 2, 3])(
    "has parts that are listed once each in pages of %i, found by key and counted",
    async (limit) => {
      const many = Array.from({ length: 5 }, (_, at) =>
        order(
          `O-${at}`,
          ...["1", "2", "3"].slice(at % 4).map((number) => lineOf(number, noCharge)),
          at === 3 ? "<DEMOORDERLINEENTITY/>" : "",
        ),
      );
      await importAs(xmlElement, documentOf(...many));
      const keys = (await recordsOf(orderLines, limit)).map(([id, number]) => `${id}/${number}`);

      expect(keys).toEqual(["O-0/1", "O-0/2", "O-0/3", "O-1/2", "O-1/3", "O-2/3", "O-4/1", "O-4/2", "O-4/3"]);
      expect(await countEntityRecords(ports, orderLines.name, undefined)).toEqual({ count: 9 });
      const found = await listRecords(ports, orderLines.name, { ...nothing, key: ["o-1", "3.0"] }, { limit: 1 });
      expect(found.items.map(({ values }) => values)).toEqual([["O-1", "3", "", "", ""]]);
      const lacking = await listRecords(ports, orderLines.name, { ...nothing, key: ["O-1", "1"] }, { limit: 1 });
      expect(lacking.items).toEqual([]);
    },
  );

  test("has charges that are found by key through their order line", async () => {
    await importAs(xmlElement, two);
    const found = await listRecords(ports, charges.name, { ...nothing, key: ["O-1", "1", "tx"] }, { limit: 1 });

    expect(found.items.map(({ values }) => values)).toEqual([["O-1", "1", "TX", "1"]]);
  });

  test("is joined with the one that is stored: parts by their keys, others stay", async () => {
    await importAs(xmlElement, two);
    await importAs(
      xmlElement,
      documentOf(
        order(
          "o-1",
          lineOf("2", "<QTY>5</QTY>", charge("FR", "9")),
          lineOf("3", noCharge),
          lineOf("1", "<WIDGETID/>", noCharge),
        ),
      ),
    );

    expect(await recordsOf(orders)).toContainEqual(["O-1", "A-7"]);
    expect(await recordsOf(orderLines)).toEqual([
      ["O-1", "1", "", "", ""],
      ["O-1", "2", "", "5", ""],
      ["o-1", "3", "", "", ""],
    ]);
    expect(await recordsOf(charges)).toEqual([
      ["O-1", "1", "FR", "2.5"],
      ["O-1", "1", "TX", "1"],
      ["o-1", "2", "FR", "9"],
    ]);
  });

  test("that says nothing new is unchanged", async () => {
    await importAs(xmlElement, two);
    const { execution } = await importAs(xmlElement, two);

    expect(execution!.entities[0]).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  });

  test.each([
    [
      "a value that does not fit",
      lineOf("2", "<QTY>many</QTY>", noCharge),
      /record 2 of Order lines: field "Qty" expects a whole number/,
    ],
    [
      "a key that is missing",
      "<DEMOORDERLINEENTITY><QTY>1</QTY><DEMOCHARGEENTITY/></DEMOORDERLINEENTITY>",
      /field "LineNum" is required/,
    ],
    ["a key twice", lineOf("1.0", noCharge), /record 2 of Order lines: it has the key of record 1/],
    [
      "another parent than its own",
      "<DEMOORDERLINEENTITY><ORDERID>O-9</ORDERID><LINENUM>2</LINENUM><DEMOCHARGEENTITY/></DEMOORDERLINEENTITY>",
      /field "OrderId" has another value than "OrderId" of the record that holds it/,
    ],
    [
      "a wrong part of a part",
      lineOf("2", charge("FR", "x")),
      /record 2 of Order lines: record 1 of Charges: field "Amount"/,
    ],
    [
      "no element for a child of a part",
      "<DEMOORDERLINEENTITY><LINENUM>2</LINENUM></DEMOORDERLINEENTITY>",
      /no element for "DemoChargeEntity".*MAP011/,
    ],
  ])("is rejected whole for %s, with the child's name in the reason", async (_, second, reason) => {
    const { message, execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", lineOf("1", noCharge), second), order("O-2", lineOf("1", noCharge))),
    );
    const [entity] = execution!.entities;

    expect(message).toMatchObject({ state: "ProcessedWithErrors" });
    expect(entity).toMatchObject({ rowsRead: 2, created: 1, failed: 1 });
    expect(entity!.firstErrors[0]).toMatchObject({
      code: "DMF2018",
      field: "DemoOrderLineEntity",
      message: expect.stringMatching(reason),
    });
    expect(await recordsOf(orderLines)).toEqual([["O-2", "1", "", "", ""]]);
  });

  test("is rejected when it has no element for a child: MAP011", async () => {
    const { execution } = await importAs(xmlElement, documentOf(order("O-1"), order("O-2", "<DEMOORDERLINEENTITY/>")));

    expect(execution!.entities[0]).toMatchObject({ failed: 1, created: 1 });
    expect(execution!.entities[0]!.firstErrors[0]).toMatchObject({ code: "MAP011" });
  });

  test.each([
    ["text between its fields", `<DEMOORDERLINEENTITY>x<LINENUM>1</LINENUM>${noCharge}</DEMOORDERLINEENTITY>`],
    ["an element in a field", `<DEMOORDERLINEENTITY><LINENUM><b/>1</LINENUM>${noCharge}</DEMOORDERLINEENTITY>`],
    ["a field twice", lineOf("1", "<QTY>1</QTY><qty>2</qty>", noCharge)],
  ])("is rejected as one text for a child with %s", async (_, broken) => {
    const { execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", broken), order("O-2", lineOf("1", noCharge))),
    );

    expect(execution!.entities[0]).toMatchObject({ failed: 1, created: 1 });
    expect(await resultFile(ports, execution, "failed", orders.name)).toContain("<DEMOORDERHEADERENTITY><ORDERID>O-1");
  });

  test("warns of elements that no field of its parts takes", async () => {
    const { execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", lineOf("1", "<More><x/></More>", noCharge))),
    );

    expect(execution!.warnings).toEqual([expect.stringMatching(/one element of a record was not read.*More/)]);
  });

  test("comes as CSV when it was rejected, and goes on the same line when it was mended", async () => {
    const { execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", lineOf("1", "<QTY>many</QTY>", noCharge))),
    );
    const failed = await resultFile(ports, execution, "failed", orders.name);
    const again = await importAs(xmlElement, failed.replace(/""Qty"":""many""/, '""Qty"":""5""'));

    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1 });
    expect(await recordsOf(orderLines)).toEqual([["O-1", "1", "", "5", ""]]);
  });

  test("is rejected alone when it holds too much of a child", async () => {
    const parts = Array.from({ length: 1100 }, (_, at) =>
      lineOf(String(at), `<WIDGETID>${"x".repeat(1000)}</WIDGETID>`, noCharge),
    );
    const { execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", ...parts), order("O-2", lineOf("1", noCharge))),
    );

    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 1 });
    expect(execution!.entities[0]!.firstErrors[0]!.message).toMatch(/more of "DemoOrderLineEntity" than 1048576/);
  });

  test("that would hold too much of a child with what is stored stores nothing of its file", async () => {
    const parts = (from: number) =>
      Array.from({ length: 600 }, (_, at) =>
        lineOf(String(from + at), `<WIDGETID>${"x".repeat(1000)}</WIDGETID>`, noCharge),
      );
    await importAs(xmlElement, documentOf(order("O-1", ...parts(0))));
    const { message } = await importAs(
      xmlElement,
      documentOf(order("O-1", ...parts(600)), order("O-2", lineOf("1", noCharge))),
    );

    expect(message).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringMatching(/more of "Order lines" than/),
    });
    expect(await recordsOf(orders)).toEqual([["O-1", ""]]);
  });

  test("waits in staging as one row, is mended there and copied", async () => {
    const skipStaging = false;
    const { message, execution } = await importAs(
      xmlElement,
      documentOf(order("O-1", lineOf("1", "<QTY>many</QTY>", noCharge))),
      { skipStaging },
    );
    const { row } = await getStagedRow(ports, execution!.id, orders.name, 1);
    const values = { DemoOrderLineEntity: row.cells[2]!.replace("many", "5") };
    const edit = { executionId: execution!.id, entity: orders.name, line: 1, values, ifMatch: [String(row.revision)] };
    await editStagedRow(ports, edit, operator);
    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "staged" });
    await runNow(ports);

    expect(await recordsOf(orderLines)).toEqual([["O-1", "1", "", "5", ""]]);
  });

  test.each([
    ["no JSON", "oops"],
    ["no list", "{}"],
    ["numbers", '[{"LineNum":1}]'],
    ["lists nested without end", `${'[{"a":'.repeat(100_000)}[]${"}]".repeat(100_000)}`],
    ["fields that there are not", '[{"LineNum":"1","Nothing":"x","DemoChargeEntity":[]}]'],
    ["records without a field", `[${"{},".repeat(100_000)}{}]`],
  ])("is rejected when its mended column holds %s", async (_, cell) => {
    const header = "_LINE,_FIELD,_CODE,_REASON,_RAW,ORDERID,ACCOUNT,DemoOrderLineEntity\r\n";
    const good = '2,,,,,O-2,,"[]"\r\n';
    const { execution } = await importAs(xmlElement, `${header}1,,,,,O-1,,"${cell.replaceAll('"', '""')}"\r\n${good}`);

    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 1 });
    expect(execution!.entities[0]!.firstErrors[0]!.message.length).toBeLessThan(1000);
  });

  test("is one record of a line with a map, which names the fields of the order alone", async () => {
    const fieldMap = [{ field: "OrderId", column: "Number", ignoreBlank: false }];
    await importAs(
      xmlElement,
      documentOf(`<DEMOORDERHEADERENTITY><Number>O-1</Number>${lineOf("1", noCharge)}</DEMOORDERHEADERENTITY>`),
      { fieldMap },
    );

    expect(await recordsOf(orderLines)).toEqual([["O-1", "1", "", "", ""]]);
  });
});

describe("an export of trees", () => {
  test("writes one tree for each record, with an empty element where a child has none", async () => {
    await importAs(xmlElement, two);
    const files = await exportedFiles(ports, await exportAs(xmlElement));

    expect(files.get("Orders.xml")!.split("\r\n").slice(2, 4)).toEqual([
      "<DEMOORDERHEADERENTITY><ORDERID>O-1</ORDERID><ACCOUNT>A-7</ACCOUNT>" +
        "<DEMOORDERLINEENTITY><ORDERID>O-1</ORDERID><LINENUM>1</LINENUM><WIDGETID>W-1</WIDGETID><QTY/><DUE/>" +
        "<DEMOCHARGEENTITY><ORDER>O-1</ORDER><LINE>1</LINE><CODE>FR</CODE><AMOUNT>2.5</AMOUNT></DEMOCHARGEENTITY>" +
        "<DEMOCHARGEENTITY><ORDER>O-1</ORDER><LINE>1</LINE><CODE>TX</CODE><AMOUNT>1</AMOUNT></DEMOCHARGEENTITY></DEMOORDERLINEENTITY>" +
        "<DEMOORDERLINEENTITY><ORDERID>O-1</ORDERID><LINENUM>2</LINENUM><WIDGETID/><QTY/><DUE/><DEMOCHARGEENTITY/></DEMOORDERLINEENTITY></DEMOORDERHEADERENTITY>",
      "<DEMOORDERHEADERENTITY><ORDERID>O-2</ORDERID><ACCOUNT/><DEMOORDERLINEENTITY/></DEMOORDERHEADERENTITY>",
    ]);
  });

  test.each([
    xmlElement,
    xmlAttribute,
    { ...xmlElement, name: "German", language: "de-DE", emptyValues: "defaults" },
  ] as const)("comes in again unchanged, as a package: $name", async (format) => {
    await importAs(
      xmlElement,
      documentOf(
        order(
          "O-1",
          lineOf("1.5", "<WIDGETID>&lt;&quot;ü&gt;</WIDGETID><QTY>3</QTY><DUE>2026-01-31</DUE>", charge("FR", "2.50")),
        ),
        order("O-2", "<DEMOORDERLINEENTITY/>"),
      ),
    );
    const stored = [await recordsOf(orders), await recordsOf(orderLines), await recordsOf(charges)];
    const exported = await exportAs(format);
    const bytes = await collectBytes(ports.files.read("outbound", exported.file!), 1e6, "the package");

    await begin();
    await define(ports, "format", format.name, format);
    await defineLines(ports, [{ entity: orders.name, format: format.name }]);
    const { message, execution } = await importFile(ports, bytes, { entity: undefined }, packageJob);

    expect(execution!.failure).toBeUndefined();
    expect(message).toMatchObject({ state: "Processed" });
    expect([await recordsOf(orders), await recordsOf(orderLines), await recordsOf(charges)]).toEqual(stored);
  });

  test("tells of a tree again when only a part of it changed", async () => {
    await importAs(xmlElement, two);
    await exportAs(xmlElement, { refreshType: "incremental" });
    await importAs(xmlElement, documentOf(order("O-2", lineOf("1", noCharge))));
    const files = await exportedFiles(ports, await exportAs(xmlElement, { refreshType: "incremental" }));

    expect(files.get("Orders.xml")).toContain("<ORDERID>O-2</ORDERID>");
    expect(files.get("Orders.xml")).not.toContain("<ORDERID>O-1</ORDERID>");
  });
});

const word = fc
  .string({ unit: fc.constantFrom("a", "B", "7", "ü", "<", "&", '"', "'", "\\", " "), minLength: 1, maxLength: 6 })
  .filter((text) => text.trim() === text);
const chargeTree = fc.record({ code: word, amount: fc.integer({ min: -99, max: 99 }) });
const lineTree = fc.record({
  number: fc.integer({ min: 1, max: 20 }),
  widget: fc.option(word, { nil: "" }),
  charges: fc.uniqueArray(chargeTree, { maxLength: 3, selector: ({ code }) => code.toLowerCase() }),
});
const orderTree = fc.record({
  id: word,
  account: fc.option(word, { nil: "" }),
  lines: fc.uniqueArray(lineTree, { maxLength: 4, selector: ({ number }) => number }),
});
const forest = fc.uniqueArray(orderTree, { minLength: 1, maxLength: 4, selector: ({ id }) => id.toLowerCase() });
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

describe("any trees", () => {
  test.each([xmlElement, xmlAttribute])("are the same again when their export is imported: $name", async (format) => {
    await fc.assert(
      fc.asyncProperty(forest, async (trees) => {
        await begin();
        const body = trees.map(({ id, account, lines }) => {
          const parts = lines.map(({ number, widget, charges: own }) => {
            const inner = own.map(({ code, amount }) => charge(escaped(code), String(amount)));
            return lineOf(
              String(number),
              `<WidgetId>${escaped(widget)}</WidgetId>`,
              ...(inner.length > 0 ? inner : [noCharge]),
            );
          });
          return order(
            escaped(id),
            `<Account>${escaped(account)}</Account>`,
            ...(parts.length > 0 ? parts : ["<DEMOORDERLINEENTITY/>"]),
          );
        });
        const first = await importAs(xmlElement, documentOf(...body));
        const stored = [await recordsOf(orders), await recordsOf(orderLines), await recordsOf(charges)];
        const file = (await exportedFiles(ports, await exportAs(format))).get("Orders.xml")!;
        await begin();
        const second = await importAs(format, file);

        expect([first, second].map(({ message }) => message.state)).toEqual(["Processed", "Processed"]);
        expect(stored[1]).toHaveLength(trees.reduce((sum, { lines }) => sum + lines.length, 0));
        expect([await recordsOf(orders), await recordsOf(orderLines), await recordsOf(charges)]).toEqual(stored);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a composite entity", () => {
  const save = (entity: DataEntity) => saveEntity(ports, entity, "any", operator);
  const saveLines = (...lines: Partial<EntityLine>[]) => {
    const all = lines.map((changes, index) => ({ ...line, sequence: index + 1, ...changes }));
    return saveProject(ports, { ...importProject, lines: all }, "any", operator);
  };

  test("takes files of XML alone: DMF1963", async () => {
    const { message } = await importAs(csv, "ORDERID\r\nO-1\r\n");

    expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringMatching(/DMF1963/) });
    await expect(saveLines({ entity: orders.name, format: "CSV" })).rejects.toThrow(/DMF1963/);
    await expect(saveLines({ entity: orders.name, format: "XML-Attribute" })).resolves.toBeDefined();
  });

  test("is exported as XML alone", async () => {
    expect(await exportAs(csv)).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringMatching(/DMF1963/),
    });
  });

  test("is the only one of its project, and its parts have no lines", async () => {
    await define(ports, "entity", "Other", { ...orders, name: "Other", aotName: "Other", children: ["Order lines"] });
    const xml = { format: "XML-Element" };

    await expect(saveLines({ ...xml, entity: orders.name }, { ...xml, entity: "Other" })).rejects.toThrow(
      /one composite/,
    );
    await expect(saveLines({ ...xml, entity: orderLines.name })).rejects.toThrow(/a part of "Orders": name that/);
  });

  test("breaks no project that moves it by other files", async () => {
    const { children: _, ...plain } = orders;
    await define(ports, "entity", orders.name, plain);
    await saveLines({ entity: orders.name, format: "CSV" });

    await expect(save(orders)).rejects.toThrow(/Data project "Customer group import" would break.*DMF1963/);
  });

  test("is emptied as a whole, and its parts are not", async () => {
    await importAs(xmlElement, two);

    await expect(emptyEntity(ports, orderLines.name, { company: undefined, count: 2 }, operator)).rejects.toThrow(
      /parts of those of "Orders"/,
    );
    await emptyEntity(ports, orders.name, { company: undefined, count: 2 }, operator);
    expect(await recordsOf(orderLines)).toEqual([]);
  });

  test.each<readonly [string, DataEntity, RegExp]>([
    ["a child twice", { ...orders, children: ["Order lines", "order LINES"] }, /is there twice/],
    [
      "a child that there is not",
      { ...orders, children: ["Nobody"] },
      /children\[0\]: There is no data entity "Nobody"/,
    ],
    ["a child that does not say so", { ...orders, children: ["Customer groups"] }, /does not say that it is a part/],
    [
      "a field of its child's name",
      { ...orders, fields: [...orders.fields, { ...orders.fields[1]!, name: "demoorderlineentity" }] },
      /field of the name of its child/,
    ],
    [
      "a parent that there is not",
      { ...charges, partOf: { ...charges.partOf!, entity: "Nobody" } },
      /partOf.entity: There is no data entity/,
    ],
    [
      "itself as its parent",
      { ...orders, partOf: { entity: "Orders", relation: [{ field: "OrderId", parentField: "OrderId" }] } },
      /no part of itself/,
    ],
    [
      "a circle of parents",
      { ...orders, partOf: { entity: "Order lines", relation: [{ field: "OrderId", parentField: "OrderId" }] } },
      /no part of itself/,
    ],
    [
      "a relation that leaves out a key field",
      { ...charges, partOf: { ...charges.partOf!, relation: [{ field: "Order", parentField: "OrderId" }] } },
      /Key field "LineNum" of "Order lines"/,
    ],
    [
      "a relation by no key",
      { ...orderLines, partOf: { ...orderLines.partOf!, relation: [{ field: "WidgetId", parentField: "OrderId" }] } },
      /"WidgetId" is no key field/,
    ],
    [
      "a relation to no key",
      {
        ...orderLines,
        partOf: {
          ...orderLines.partOf!,
          relation: [
            { field: "OrderId", parentField: "OrderId" },
            { field: "LineNum", parentField: "Account" },
          ],
        },
      },
      /"Account" is no key field of "Orders"/,
    ],
    [
      "a company that its parent does not have",
      { ...orderLines, isPerCompany: true },
      /both per company, or both shared/,
    ],
    [
      "a key that breaks its parts",
      {
        ...orderLines,
        fields: orderLines.fields.map((field) => ({ ...field, isKey: field.name !== "LineNum" && field.isKey })),
      },
      /children\[0\]: "LineNum" is no key field of "Order lines"/,
    ],
  ])("is not saved with %s", async (_, entity, message) => {
    await expect(save(entity)).rejects.toThrow(message);
  });

  test.each<readonly [string, DataEntity, RegExp]>([
    ["a part is left out", { ...orders, children: ["Nothing"] }, /There is no data entity/],
    [
      "a field of a part becomes of another type",
      {
        ...orderLines,
        fields: orderLines.fields.map((field) => (field.name === "Qty" ? { ...field, type: "date" as const } : field)),
      },
      /type of field "Qty" changes.*"Orders" holds 2 records/,
    ],
  ])("with records is not saved when %s", async (_, entity, message) => {
    await importAs(xmlElement, two);

    await expect(save(entity)).rejects.toThrow(message);
  });

  test("is not left by a part that it lists", async () => {
    const { partOf: _, ...alone } = charges;

    await expect(save(alone)).rejects.toThrow(/Data entity "Order lines" would break, at children\[0\]/);
  });

  test("with records keeps its parts, until it is emptied", async () => {
    await importAs(xmlElement, two);
    const { children: _, ...plain } = orders;

    await expect(save(plain)).rejects.toThrow(/"Order lines" would be parts of it no longer.*holds 2 records/);
    await emptyEntity(ports, orders.name, { company: undefined, count: 2 }, operator);
    await expect(save(plain)).resolves.toBeDefined();
  });

  test("is not deleted while it has parts, nor are they", async () => {
    await expect(removeEntity(ports, orders.name, "any", operator)).rejects.toThrow(
      /is used by data entity "Order lines"/,
    );
    await expect(removeEntity(ports, charges.name, "any", operator)).rejects.toThrow(
      /is used by data entity "Order lines"/,
    );
  });

  test("becomes a part only while it has no records of its own", async () => {
    const { partOf, ...alone } = charges;
    const { children: _, ...childless } = orderLines;
    await define(ports, "entity", orderLines.name, childless);
    await define(ports, "entity", charges.name, alone);
    await defineLines(ports, [{ entity: charges.name, format: "CSV" }]);
    await importFile(ports, "Order,Line,Code\r\nO-1,1,FR\r\n", { entity: charges.name });
    await defineLines(ports, []);

    await expect(save({ ...alone, partOf: partOf! })).rejects.toThrow(/would be parts of others.*holds 1 records/);
  });
});
