import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { SourceFormat } from "../../shared/domain/sourceFormat.ts";
import type { XmlFormat } from "../../shared/domain/sourceFormats/xml.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import { getJobStatus } from "../../shared/usecases/watch/getJobStatus.ts";
import {
  bytesOf,
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
import { xmlAttribute, xmlElement } from "../support/xml.ts";
import {
  define,
  defineLines,
  exportedFiles,
  importFile,
  manifestOf,
  newestExport,
  packageOf,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

const orders: DataEntity = {
  name: "Orders",
  aotName: "DemoOrderEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "OrderId", type: "string", isKey: true, isRequired: true, lengthMax: 10 },
    { name: "Note", type: "string", isKey: false, isRequired: false },
    { name: "Total", type: "real", isKey: false, isRequired: false },
    { name: "Day", type: "date", isKey: false, isRequired: false },
    { name: "At", type: "datetime", isKey: false, isRequired: false },
    { name: "Open", type: "boolean", isKey: false, isRequired: false },
    { name: "Count", type: "integer", isKey: false, isRequired: false },
  ],
};

let ports: TestPorts;

beforeEach(begin);

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", orders.name, orders);
}

const order = (id: string, ...fields: string[]): string =>
  `<DEMOORDERENTITY><ORDERID>${id}</ORDERID>${fields.join("")}</DEMOORDERENTITY>`;
const documentOf = (...parts: string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><Document>${parts.join("")}</Document>`;

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

const notes = async () => (await recordsOf(ports, orders)).map((values) => values.slice(0, 3));

describe("an import of XML", () => {
  test("stores the records of its elements", async () => {
    const { message, execution } = await importAs(
      xmlElement,
      documentOf(order("1", "<Note>a &amp; b</Note><Total>012.500</Total>"), order("2", "<OPEN>true</OPEN>")),
    );

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution!.warnings).toEqual([]);
    expect(await recordsOf(ports, orders)).toEqual([
      ["1", "a & b", "12.5", "", "", "", ""],
      ["2", "", "", "", "", "Yes", ""],
    ]);
  });

  test("stores the records of its attributes", async () => {
    await importAs(xmlAttribute, documentOf('<DemoOrderEntity orderid="1" Note="x" />'));

    expect(await notes()).toEqual([["1", "x", ""]]);
  });

  test("keeps the value of a field that a record does not have, and empties one that is empty", async () => {
    await importAs(xmlElement, documentOf(order("1", "<Note>kept</Note><Total>5</Total>")));
    await importAs(xmlElement, documentOf(order("1", "<Total/>"), order("2", "<Note>x</Note>")));

    expect(await notes()).toEqual([
      ["1", "kept", ""],
      ["2", "x", ""],
    ]);
  });

  test("warns of a mapped column that no record has, and of elements that no field takes", async () => {
    const fieldMap = [
      { field: "OrderId", column: "ORDERID", ignoreBlank: false },
      { field: "Note", column: "Remark", ignoreBlank: false },
    ];
    const { message, execution } = await importAs(xmlElement, documentOf(order("1", "<More>1</More>")), { fieldMap });

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution!.warnings).toEqual([
      "orders.xml: no field takes these columns: More.",
      "orders.xml: no record has these columns, which are mapped, so that what is stored in their fields stays: Remark.",
    ]);
  });

  test("tells the records of one line apart, also those of one key", async () => {
    const document = documentOf(
      order("1", "<Note>a</Note>"),
      order("2", "<Total>much</Total>"),
      order("1", "<Note>b</Note>"),
      order("3", "<Note>x<b/></Note>"),
      order("4"),
    );
    const { message, execution } = await importAs(xmlElement, document);
    const entity = execution!.entities[0]!;

    expect(message).toMatchObject({ state: "ProcessedWithErrors" });
    expect(entity).toMatchObject({ rowsRead: 5, created: 2, failed: 3 });
    expect(entity.firstErrors.map(({ line: number, code, place }) => [number, code, place])).toEqual([
      [2, "DMF2018", "record 2 (line 1, column 118)"],
      [4, "DMF2018", "record 4 (line 1, column 261)"],
      [3, "DMF1959", "record 3 (line 1, column 192)"],
    ]);
    expect(entity.firstErrors[2]!.message).toBe("The same key stands in record 1 already; the first row counts.");
    expect((await getJobStatus(ports, importJob.activityId, message.id)).log).toContain(
      "orders.xml, record 2 (line 1, column 118): Field",
    );
    expect(await resultFile(ports, execution, "succeeded", orders.name)).toBe(
      [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<Document>",
        "<DEMOORDERENTITY><ORDERID>1</ORDERID><NOTE>a</NOTE></DEMOORDERENTITY>",
        "<DEMOORDERENTITY><ORDERID>4</ORDERID></DEMOORDERENTITY>",
        "</Document>",
        "",
      ].join("\r\n"),
    );
  });

  test("gives its rejected records as a CSV file, which is mended and pushed to the same line", async () => {
    const { execution } = await importAs(
      xmlElement,
      documentOf(order("1", "<Note>ä</Note><Total>much</Total>"), order("2", "<Note><b>x</b></Note>")),
    );
    const failed = await resultFile(ports, execution, "failed", orders.name);

    expect(failed).toMatch(/^_LINE,_FIELD,_CODE,_REASON,_RAW,ORDERID,NOTE,TOTAL,/);
    expect(failed).toContain('1,Total,DMF2018,"record 1 (line 1, column 49): Field ""Total""');
    expect(failed).toContain("<Note><b>x</b></Note></DEMOORDERENTITY>");

    const mended = failed.replace(",much,", ",12.5,");
    const again = await importAs(xmlElement, mended);

    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 2, created: 1, failed: 1 });
    expect(await notes()).toEqual([["1", "ä", "12.5"]]);
  });

  test("keeps what a rejected record does not have, and empties what it has empty, when it was mended", async () => {
    await importAs(xmlElement, documentOf(order("1", "<Note>kept</Note><Total>5</Total><Count>7</Count>")));
    const { message, execution } = await importAs(
      xmlElement,
      documentOf(order("1", "<Total/><Count>many</Count>"), order("2", "<Note>x</Note>")),
    );
    const failed = await resultFile(ports, execution, "failed", orders.name);

    expect(failed).toMatch(/\r\n1,Count,DMF2018,"[^\r]*",,1,,"",,,,many\r\n$/);
    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "rejected" });
    await runNow(ports);
    expect(await notes()).toContainEqual(["1", "kept", "5"]);
    await importAs(xmlElement, failed.replace(",many\r\n", ",8\r\n"));

    expect((await recordsOf(ports, orders))[0]).toEqual(["1", "kept", "", "", "", "", "8"]);
  });

  test("tries its rejected records again, by themselves", async () => {
    const { message, execution } = await importAs(
      xmlElement,
      documentOf(order("1", "<Note>long</Note><Total>1</Total>"), order("2", "<Note>y</Note><Total>x</Total>")),
    );
    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 1 });
    const [id, note] = orders.fields;
    await define(ports, "entity", orders.name, {
      ...orders,
      fields: [
        id!,
        note!,
        { name: "Total", type: "string", isKey: false, isRequired: false },
        ...orders.fields.slice(3),
      ],
    });

    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "rejected" });
    await runNow(ports);

    expect(await notes()).toEqual([
      ["1", "long", "1"],
      ["2", "y", "x"],
    ]);
  });

  test("ends with an error, and stores nothing, where its file breaks", async () => {
    const { message } = await importAs(xmlElement, `<Document>${order("1")}\n<oops>`);

    expect(message).toMatchObject({ state: "PreProcessingError" });
    expect(message.lastError).toMatch(/^orders.xml: The file is no well-formed XML: unclosed tag: oops \(line 2/);
    expect(await recordsOf(ports, orders)).toEqual([]);
  });

  test.each([
    [csv, documentOf(order("1")), /Expected delimited text, found an XML document/],
    [xmlElement, "OrderId\r\n1\r\n", /Expected XML-Element \(an XML document\), found text/],
    [xmlElement, documentOf('<DEMOORDERENTITY OrderId="1"/>'), /found XML-Attribute/],
    [xmlAttribute, documentOf(order("1")), /found XML-Element/],
  ] as const)("of a file in another format names both: $name", async (format, body, expected) => {
    const { message } = await importAs(format, body);

    expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringMatching(expected) });
  });

  test("reads numbers, dates and local times as its format has them", async () => {
    const german: XmlFormat = { ...xmlElement, name: "German", language: "de-DE", timeZone: "Europe/Berlin" };
    await importAs(
      german,
      documentOf(order("1", "<Total>1.234,5</Total><Day>31.01.2026</Day><At>01.07.2026 00:30</At>")),
    );

    expect(await recordsOf(ports, orders)).toEqual([["1", "", "1234.5", "2026-01-31", "2026-06-30T22:30:00Z", "", ""]]);
  });
});

describe("an export to XML", () => {
  const rows =
    "ORDERID,NOTE,TOTAL,DAY,AT,OPEN,COUNT\r\n" +
    '1,"<a> & ""b"" ]]>",-1234567.891,2026-01-31,2026-06-30T22:30:00Z,Yes,7\r\n2,"x\r\ny\tz",0.001,,,No,0\r\n3,,,,,,\r\n';

  test.each([
    xmlElement,
    xmlAttribute,
    { ...xmlElement, name: "Lower", names: "lower" },
    { ...xmlAttribute, name: "As defined", names: "asDefined" },
    { ...xmlElement, name: "German", language: "de-DE", timeZone: "Europe/Berlin" },
  ] as const)("comes in again unchanged, in the format that its manifest names: $name", async (format) => {
    await importAs(csv, rows);
    const stored = await recordsOf(ports, orders);
    const exported = await exportAs(format);
    const bytes = await collectBytes(ports.files.read("outbound", exported.file!), 1e6, "the package");

    await begin();
    await define(ports, "format", format.name, format);
    await defineLines(ports, [{ entity: orders.name }]);
    const { message, execution } = await importFile(ports, bytes, { entity: undefined }, packageJob);

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution!.entities[0]).toMatchObject({ format: format.name, fileName: "Orders.xml", created: 3 });
    expect(await recordsOf(ports, orders)).toEqual(stored);
  });

  test("writes empty values as empty elements, or as the defaults of their types", async () => {
    await importAs(csv, "ORDERID\r\n3\r\n");
    const plain = await exportedFiles(ports, await exportAs(xmlElement));
    const german = { language: "de-DE", timeZone: "Europe/Berlin" };
    const asDefaults = await exportedFiles(
      ports,
      await exportAs({ ...xmlElement, ...german, name: "Defaults", emptyValues: "defaults" }),
    );

    expect(plain.get("Orders.xml")).toContain("<ORDERID>3</ORDERID><NOTE/><TOTAL/><DAY/><AT/><OPEN/><COUNT/>");
    expect(asDefaults.get("Orders.xml")).toContain(
      "<NOTE/><TOTAL>0,0000</TOTAL><DAY>01.01.1900</DAY><AT>01.01.1900 01:00:00</AT><OPEN>No</OPEN><COUNT>0</COUNT>",
    );
  });

  test("names the record and the field of a character that XML cannot hold", async () => {
    await importAs(csv, "ORDERID,NOTE\r\nO-1,\uffff\r\n");
    const message = await exportAs(xmlElement);

    expect(message).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringContaining('Record "O-1", field "Note", holds U+FFFF, which XML cannot hold (DMF2055)'),
    });
  });
});

describe("a package of XML files", () => {
  test("is imported in the format of its manifest", async () => {
    await defineLines(ports, [{ entity: orders.name, format: "XML-Attribute" }]);
    const manifest = manifestOf({ entityName: "DEMOORDERENTITY", sourceFormat: "XML-Element", inputFilePath: "o.xml" });
    const bytes = await packageOf(manifest, { "o.xml": documentOf(order("1")) });
    const { message } = await importFile(ports, bytes, { entity: undefined }, packageJob);

    expect(message).toMatchObject({ state: "Processed" });
    expect(await notes()).toEqual([["1", "", ""]]);
  });
});

describe("a sample of XML", () => {
  test("proposes an entity of all fields that its records have", async () => {
    const rows =
      "<D><Row><Id>A1</Id><Sum>1.5</Sum></Row><Row><Id>A2</Id><Due_x0020_on>2026-01-31</Due_x0020_on></Row></D>";
    const proposed = await inferEntity(ports, "Guessed", "XML-Element", bytesOf(rows));

    expect(proposed.definition.fields.map(({ name, type, isKey }) => [name, type, isKey])).toEqual([
      ["ID", "string", true],
      ["SUM", "real", false],
      ["DUE_ON", "date", false],
    ]);
    expect(proposed.fieldMap.map(({ column }) => column)).toEqual(["Id", "Sum", "Due on"]);
  });

  test("is checked as an import would read it", async () => {
    await define(ports, "project", importProject.name, { ...importProject, lines: [] });
    const upload = { fileName: "o.xml", entity: orders.name, format: "XML-Element" };
    const body = bytesOf(documentOf(order("1"), order("2", "<Total>x</Total>"), order("3", "<Total>y</Total>")));
    const { lines } = await sampleProject(ports, importProject.name, { ...upload, body }, operator);

    expect(lines[0]).toMatchObject({ rowsChecked: 3, errors: [{ field: "Total", line: 2, count: 2 }] });
    expect(lines[0]!.errors[0]!.message).toMatch(/^record 2 \(line 1, column \d+\): Field "Total"/);
  });
});
