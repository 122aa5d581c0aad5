import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { type DelimitedFormat, delimitedFormats } from "../../shared/domain/sourceFormats/delimited.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { saveFormat } from "../../shared/usecases/definitions/saveFormat.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import {
  bytesOf,
  exportJob,
  exportProject,
  importProject,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import {
  define,
  defineLines,
  exportedFiles,
  importFile,
  newestExport,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

// Files in the language and the time zone of those who send them.

const payments: DataEntity = {
  name: "Payments",
  aotName: "PaymentEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "string", isKey: true, isRequired: true, lengthMax: 10 },
    { name: "AMOUNT", type: "real", isKey: false, isRequired: false },
    { name: "D", type: "date", isKey: false, isRequired: false },
    { name: "T", type: "datetime", isKey: false, isRequired: false },
    { name: "N", type: "int64", isKey: false, isRequired: false },
  ],
};
const german: DelimitedFormat = {
  ...delimitedFormats[0],
  name: "German",
  columnDelimiter: "semicolon",
  language: "de-DE",
  timeZone: "Europe/Berlin",
};
const american: DelimitedFormat = { ...delimitedFormats[0], name: "American", language: "en-US" };
const inZone: DelimitedFormat = { ...delimitedFormats[0], name: "In New York", timeZone: "Eastern Standard Time" };
const germanFile =
  "ID;AMOUNT;D;T\r\n1;1.234;31.01.2026;31.01.2026 08:30\r\n2;1.234,56;1.2.2026;01.07.2026 00:30:00\r\n";

let ports: TestPorts;

beforeEach(begin);

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", payments.name, payments);
  for (const format of [german, american, inZone]) await define(ports, "format", format.name, format);
}

async function importAs(format: DelimitedFormat, text: string | Uint8Array) {
  await defineLines(ports, [{ entity: payments.name, format: format.name }]);
  return importFile(ports, text, { entity: payments.name });
}

async function exportAs(format: DelimitedFormat, more: object = {}) {
  const lines = [{ ...line, entity: payments.name, format: format.name, ...more }];
  await define(ports, "project", exportProject.name, { ...exportProject, lines });
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!;
}

describe("an import", () => {
  test("reads a German file as Germans mean it", async () => {
    const { message } = await importAs(german, germanFile);

    expect(message).toMatchObject({ state: "Processed" });
    expect(await recordsOf(ports, payments)).toEqual([
      ["1", "1234", "2026-01-31", "2026-01-31T07:30:00Z", ""],
      ["2", "1234.56", "2026-02-01", "2026-06-30T22:30:00Z", ""],
    ]);
  });

  test("reads an American file as Americans mean it", async () => {
    const rows = 'ID,AMOUNT,D,T\r\n1,"1,234.56",8/25/2020,8/25/2020 13:03\r\n2,0,1/1/1900,12/31/2154 23:59\r\n';
    const { message } = await importAs(american, rows);

    expect(message).toMatchObject({ state: "Processed" });
    expect(await recordsOf(ports, payments)).toEqual([
      ["1", "1234.56", "2020-08-25", "2020-08-25T13:03:00Z", ""],
      ["2", "0", "", "2154-12-31T23:59:00Z", ""],
    ]);
  });

  test("reads the invariant forms in the time zone of a format without a language", async () => {
    await importAs(inZone, "ID,AMOUNT,D,T\r\n1,1.234,2026-01-31 00:00:00,2026-01-31 08:30:00\r\n");

    expect(await recordsOf(ports, payments)).toEqual([["1", "1.234", "2026-01-31", "2026-01-31T13:30:00Z", ""]]);
  });

  test("refuses what is ambiguous, keeps the cells as they came, and fails them again when they are pushed unmended", async () => {
    const rows = ["1;12.5;;", "2;;31.01.26;", "3;;;25.10.2026 02:30", "4;1,5;;"];
    const { message, execution } = await importAs(german, `ID;AMOUNT;D;T\r\n${rows.join("\r\n")}\r\n`);
    const failed = await resultFile(ports, execution, "failed", payments.name);

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]!.firstErrors.map(({ line: at, field, code }) => [at, field, code])).toEqual([
      [2, "AMOUNT", "DMF2018"],
      [3, "D", "DMF2016"],
      [4, "T", "DMF2016"],
    ]);
    for (const row of rows.slice(0, 3)) expect(failed).toContain(`;${row}\r\n`);
    const again = await importAs(german, failed);
    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 3, failed: 3 });
    const mended = await importAs(german, failed.replace(";12.5;", ";12,5;"));
    expect(mended.execution!.entities[0]).toMatchObject({ rowsRead: 3, failed: 2, created: 1 });
    expect((await recordsOf(ports, payments))[0]).toEqual(["1", "12.5", "", "", ""]);
  });

  test("takes default values in their invariant form", async () => {
    const column = (name: string, defaultValue: string) => ({
      field: name,
      column: name,
      defaultValue,
      ignoreBlank: false,
    });
    const fieldMap = [
      { field: "ID", column: "ID", ignoreBlank: false },
      column("AMOUNT", "1.234"),
      column("D", "2026-01-31"),
    ];
    await defineLines(ports, [{ entity: payments.name, format: german.name, fieldMap }]);
    await importFile(ports, "ID;AMOUNT;D\r\n1;;\r\n", { entity: payments.name });

    expect((await recordsOf(ports, payments))[0]!.slice(0, 3)).toEqual(["1", "1.234", "2026-01-31"]);
  });
});

describe("an export", () => {
  const invariant =
    "ID,AMOUNT,D,T,N\r\n1,-1234567.891,2026-01-31,2026-06-30T22:30:00Z,-9007199254740993\r\n" +
    "2,0.001,0001-01-01,2026-10-25T00:30:00.5Z,0\r\n3,,,2026-10-25T01:30:00Z,\r\n";

  test("writes numbers, dates and local times in the language and zone of the format", async () => {
    await importAs(delimitedFormats[0], invariant);
    const files = await exportedFiles(ports, await exportAs(german));

    expect(files.get("Payments.csv")).toBe(
      "ID;AMOUNT;D;T;N\r\n1;-1234567,891;31.01.2026;01.07.2026 00:30:00;-9007199254740993\r\n" +
        "2;0,001;01.01.0001;2026-10-25T00:30:00.5Z;0\r\n3;;;2026-10-25T01:30:00Z;\r\n",
    );
  });

  test("writes a default value as it writes a stored one", async () => {
    await importAs(delimitedFormats[0], invariant);
    const fieldMap = ["ID", "AMOUNT"].map((field) => ({
      field,
      column: field,
      ignoreBlank: false,
      defaultValue: "0.5",
    }));
    const files = await exportedFiles(ports, await exportAs(german, { fieldMap }));

    expect(files.get("Payments.csv")).toContain("3;0,5\r\n");
  });

  test.each([
    german,
    american,
    inZone,
    { ...german, name: "Swiss", language: "de-CH", codePage: 1252 },
    { ...american, name: "Danish", language: "da-DK", timeZone: "Romance Standard Time" },
    { ...american, name: "Indian", language: "en-IN", timeZone: "Asia/Kolkata", hasHeader: false },
  ] as const)("comes in again unchanged, in the format that its manifest names: $name", async (format) => {
    await define(ports, "format", format.name, format);
    await importAs(delimitedFormats[0], invariant);
    const stored = await recordsOf(ports, payments);
    const exported = await exportAs(format);
    const bytes = await collectBytes(ports.files.read("outbound", exported.file!), 1e6, "the package");

    await begin();
    await define(ports, "format", format.name, format);
    await defineLines(ports, [{ entity: payments.name }]);
    const { message, execution } = await importFile(ports, bytes, { entity: undefined }, packageJob);

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution!.entities[0]).toMatchObject({ format: format.name, created: 3 });
    expect(await recordsOf(ports, payments)).toEqual(stored);
  });
});

describe("a sample", () => {
  test("gets types by the language of its format", async () => {
    const rows =
      "NAME;AMOUNT;COUNT;D;T;AT\r\nAnna;1.234,50;1.234;31.01.2026;31.01.2026 08:30;08:30\r\nBo;0,5;7;1.2.2026;25.10.2026 02:30;8:31\r\n";
    const proposed = await inferEntity(ports, "Guessed", german.name, bytesOf(rows));
    const types = Object.fromEntries(proposed.columns.map(({ column, field }) => [column, field.type]));

    expect(types).toEqual({ NAME: "string", AMOUNT: "real", COUNT: "integer", D: "date", T: "datetime", AT: "time" });
    expect(proposed.columns[1]!.reason).toBe("every value is a number as de-DE writes it, such as 1.234,56 or 1234,56");
  });

  test("takes numbers in groups for no codes, although all are of one length", async () => {
    const rows = "NAME;SOLD;PLAIN\r\na;1.234;12345\r\nb;5.678;23456\r\n";
    const proposed = await inferEntity(ports, "Guessed", german.name, bytesOf(rows));

    expect(proposed.columns.map(({ field }) => field.type)).toEqual(["string", "integer", "string"]);
  });

  test("is checked by the language of its format", async () => {
    await define(ports, "project", importProject.name, { ...importProject, lines: [] });
    const upload = { fileName: "p.csv", entity: payments.name, format: german.name };
    const body = bytesOf(`${germanFile}3;12.5;;\r\n`);
    const { lines } = await sampleProject(ports, importProject.name, { ...upload, body }, operator);

    expect(lines[0]).toMatchObject({ rowsChecked: 3, errors: [{ field: "AMOUNT", line: 4, count: 1 }] });
  });
});

describe("a format with a language", () => {
  const save = (more: Partial<DelimitedFormat>) =>
    saveFormat(ports, { ...german, name: "Mine", ...more }, undefined, operator);

  test("is saved under the usual spelling of the language's name", async () => {
    expect((await save({ language: "DE-de", timeZone: "W. Europe Standard Time" })).definition.value).toMatchObject({
      language: "de-DE",
      timeZone: "W. Europe Standard Time",
    });
  });

  test.each([
    [{ language: "de" }, "language", "de-AT, de-CH, de-DE"],
    [{ language: "xx-XX" }, "language", "not known"],
    [{ timeZone: "Europe/Nowhere" }, "timeZone", "W. Europe Standard Time"],
    [{ timeZone: "+01:00" }, "timeZone", "Europe/Berlin"],
    [{ columnDelimiter: "comma", textQualifier: null }, "textQualifier", "Numbers in de-DE hold the column delimiter"],
  ] as const)("is refused with what to write: %j", async (more, path, text) => {
    const message = expect.stringContaining(text);

    await expect(save(more)).rejects.toMatchObject({ code: "invalid", members: [{ path, message }] });
  });

  test("reads nothing where the language is known no more", async () => {
    await define(ports, "format", "Gone", { ...german, name: "Gone", language: "tlh-KX" });
    const { message } = await importAs({ ...german, name: "Gone" }, germanFile);

    expect(message).toMatchObject({
      state: "PreProcessingError",
      lastError: expect.stringContaining('has the language "tlh-KX", which is not known here'),
    });
  });
});
