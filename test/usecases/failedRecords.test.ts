import { beforeEach, describe, expect, test } from "vitest";
import type { DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { toExecutionView } from "../../shared/http/manageMessageWire.ts";
import type { AuditEntry } from "../../shared/domain/auditEntry.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { getJobStatus } from "../../shared/usecases/watch/getJobStatus.ts";
import { customerGroups, importJob, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, recordsOf, resultFile } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const header = "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n";

async function useFormat(changes: Partial<DelimitedFormat>): Promise<void> {
  const format: DelimitedFormat = {
    name: "Own",
    kind: "delimited",
    columnDelimiter: "comma",
    textQualifier: '"',
    codePage: 65001,
    hasHeader: true,
    ...changes,
  };
  await define(ports, "format", "Own", format);
  await defineLines(ports, [{ format: "Own" }]);
}

describe("a record that is rejected", () => {
  test("stops no other, and is named by line, field, reason and value", async () => {
    const { message, execution } = await importFile(
      ports,
      `${header}10,Wholesale,Yes,1\r\nSECRETKEY12,,SECRETWORD,SECRETSUM\r\n20,,No,2\r\n`,
    );

    const entity = execution!.entities[0]!;
    expect(message.state).toBe("ProcessedWithErrors");
    expect(entity).toMatchObject({ rowsRead: 3, created: 2, failed: 1, unprocessed: 0, status: "finished" });
    expect(entity.firstErrors).toEqual([
      {
        line: 3,
        field: "CUSTOMERGROUPID",
        code: "DMF2018",
        message: 'Field "CUSTOMERGROUPID" holds 11 characters, but takes at most 10.',
        value: '"SECRETKEY12"',
      },
      {
        line: 3,
        field: "ISSALESTAXINCLUDED",
        code: "DMF2018",
        message: expect.stringContaining("holds a text of 10 characters"),
        value: '"SECRETWORD"',
      },
      {
        line: 3,
        field: "CREDITLIMIT",
        code: "DMF2018",
        message: expect.stringContaining("holds a text of 9"),
        value: '"SECRETSUM"',
      },
    ]);
  });

  test("shows its values to people who may see records, and to nobody and nothing else", async () => {
    const canary = "CANARY-7f3a";
    const file = `${header}10,Wholesale,${canary},1\r\n${canary},,No,${canary}\r\n20,${canary},No\r\n`;
    const { message, execution } = await importFile(ports, file);
    const trail: AuditEntry[] = [];
    const audit = { ...ports.audit, record: async (entry: AuditEntry) => void trail.push(entry) };
    await retryMessage({ ...ports, audit }, importJob.activityId, message.id, operator, { rows: "rejected" });
    await ports.drain();
    const broken = await importFile(ports, `Other,${canary}\r\n1,2\r\n`);

    const view = toExecutionView(execution!, "https://service");
    expect(view.entities[0]!.firstErrors.map((error) => error.message)).toContainEqual(
      expect.stringMatching(/^Field "ISSALESTAXINCLUDED" .*: "CANARY-7f3a"\.$/),
    );
    expect(await resultFile(ports, execution, "failed")).toContain(`: ""${canary}"".`);
    expect(broken.message.state).toBe("PreProcessingError");
    const status = await getJobStatus(ports, importJob.activityId, message.id);
    expect(status.log).toContain("line 2: Field");
    expect(trail).toHaveLength(1);
    expect(JSON.stringify([ports.logged, trail, status.log, message.history, message.lastError])).not.toContain(canary);
  });

  test.each([
    ["=1+1", ': ""=1+1"".'],
    ['say "no"\u202e', ': ""say \\""no\\""\\u{202E}"".'],
  ])("tells of %j in its reason", async (value, shown) => {
    const { execution } = await importFile(ports, `${header}10,,"${value.replaceAll('"', '""')}",\r\n`);

    expect(await resultFile(ports, execution, "failed")).toContain(shown);
  });

  test("tells of letters that its code page has, and of no others", async () => {
    await useFormat({ codePage: 1252 });
    const { execution } = await importFile(ports, Buffer.from(`${header}10,,Zo\u00eb,\r\n`, "latin1"));
    const { failedFile } = execution!.entities[0]!;
    const bytes = await collectBytes(ports.files.read("executions", failedFile!), 10_000, "the file");

    expect(Buffer.from(bytes).toString("latin1")).toContain(': ""Zo\u00eb"".');
  });

  test("has no reason that a spreadsheet would run", async () => {
    const entity = {
      ...customerGroups,
      fields: customerGroups.fields.map((field, at) => (at === 0 ? field : { ...field, name: `=F${at}` })),
    };
    await define(ports, "entity", entity.name, entity);
    const columns = entity.fields.map(({ name }) => name).join(",");
    const { execution } = await importFile(ports, `${columns}\r\n10,${"x,".repeat(entity.fields.length - 2)}x\r\n`);

    const [, row = ""] = (await resultFile(ports, execution, "failed")).split("\r\n");
    expect(row).toMatch(/^2,'=F/);
  });

  test("counts the lines of its file, also behind cells with line breaks", async () => {
    const { execution } = await importFile(ports, `${header}10,"two\r\nlines",,\r\n20,,,x\r\n`);

    expect(execution!.entities[0]!.firstErrors.map((error) => error.line)).toEqual([4]);
  });

  test("with too few or too many cells is rejected by itself", async () => {
    const { execution } = await importFile(ports, `${header}10,Wholesale\r\n20,,,\r\n30,Smith, John,,\r\n`);

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 1, failed: 2 });
    expect(execution!.entities[0]!.firstErrors.map((error) => error.code)).toEqual(["DMF1999", "DMF2018"]);
  });

  test("without a value for its key is rejected, also when the cell holds blanks", async () => {
    const { execution } = await importFile(ports, `${header}  ,Wholesale,,\r\n`);

    expect(execution!.entities[0]!.firstErrors).toMatchObject([
      { line: 2, field: "CUSTOMERGROUPID", code: "required" },
    ]);
  });

  test("is one of at most a hundred on the execution, and in the file of failed records in any case", async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => `${index},,,x\r\n`).join("");
    const { execution } = await importFile(ports, header + rows);

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 2500, failed: 2500, created: 0 });
    expect(execution!.entities[0]!.firstErrors).toHaveLength(100);
    expect((await resultFile(ports, execution, "failed")).split("\r\n")).toHaveLength(2502);
  });
});

describe("the file of failed records", () => {
  test("holds each as it came behind its line, fields, codes and reasons", async () => {
    const { execution } = await importFile(ports, `${header}10,"a ""b"", c",,x\r\n20,,,\r\n`);

    expect(await resultFile(ports, execution, "failed")).toBe(
      "_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n" +
        '2,CREDITLIMIT,DMF2018,"Field ""CREDITLIMIT"" expects a decimal number with a point, such as 12.5, but holds a ' +
        'text of 1 characters: ""x"".",,10,"a ""b"", c",,x\r\n',
    );
  });

  test("may be mended and pushed again as it is, and its own columns feed nothing and warn of nothing", async () => {
    const first = await importFile(ports, `${header}10,,,x\r\n20,,,\r\n`);
    const failed = await resultFile(ports, first.execution, "failed");
    const second = await importFile(ports, failed.replace(",x\r\n", ",5\r\n"));

    expect(second.message.state).toBe("Processed");
    expect(second.execution?.warnings).toEqual([]);
    expect(await recordsOf(ports)).toEqual([
      ["10", "", "", "5"],
      ["20", "", "", ""],
    ]);
  });

  test("holds the whole text of a row that could not be read, which nobody takes for its values", async () => {
    const broken =
      `${header}C1,1 Way, Suite 2,Redmond,No,1\r\nC2,Long Street\r\nC3,First line\nsecond line,,1\r\n` +
      '"C5"5,five,,\r\nC4,ok,,\r\n';
    const first = await importFile(ports, broken);
    const failed = await resultFile(ports, first.execution, "failed");
    const second = await importFile(ports, failed);
    const again = await resultFile(ports, second.execution, "failed");

    expect(first.message.state).toBe("ProcessedWithErrors");
    expect(failed).toContain(',"C1,1 Way, Suite 2,Redmond,No,1",,,,\r\n');
    expect(failed).toContain(',"C3,First line",,,,\r\n');
    expect(failed).toContain(',"second line,,1",,,,\r\n');
    expect(failed).toContain(',"""C5""5,five,,",,,,\r\n');
    expect(second.execution!.entities[0]).toMatchObject({ rowsRead: 5, failed: 5, created: 0 });
    expect(again).toContain(',"C1,1 Way, Suite 2,Redmond,No,1",,,,\r\n');
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["C4"]);
  });

  test("takes the values that somebody put in place of a row's text, or beside it", async () => {
    const first = await importFile(ports, `${header}C1,1 Way, Suite 2,No,1\r\nC2,Long Street\r\n`);
    const failed = await resultFile(ports, first.execution, "failed");
    const mended = failed
      .replace('"C1,1 Way, Suite 2,No,1",,,,', ',C1,"1 Way, Suite 2",No,1')
      .replace('"C2,Long Street",,,,', '"C2,Long Street",C2,Long Street,,');
    const second = await importFile(ports, mended);

    expect(second.message.state).toBe("Processed");
    expect(await recordsOf(ports)).toEqual([
      ["C1", "1 Way, Suite 2", "No", "1"],
      ["C2", "Long Street", "", ""],
    ]);
  });

  test("has each of its own columns once, also when it fails a second time", async () => {
    const first = await importFile(ports, `${header}10,,,x\r\n`);
    const second = await importFile(ports, await resultFile(ports, first.execution, "failed"));

    expect(await resultFile(ports, second.execution, "failed")).toMatch(
      /^_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n2,/,
    );
  });

  test("is the rest of the file of succeeded records", async () => {
    const { execution } = await importFile(ports, `${header}10,a,,x\r\n20,"b, c",,\r\n20,d,,\r\n`);

    expect(await resultFile(ports, execution, "succeeded")).toBe(`${header}20,"b, c",,\r\n`);
    await expect(resultFile(ports, execution, "unprocessed")).rejects.toThrow("no unprocessed records");
  });

  test("is written in a format without qualifiers as well", async () => {
    await useFormat({ textQualifier: null });
    const { message, execution } = await importFile(ports, `${header}10,,maybe,\r\n20,,,\r\n`);

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 1 });
    const failed = await resultFile(ports, execution, "failed");
    const second = await importFile(ports, failed.replace(",maybe,", ",Yes,"));
    expect(second.message.state).toBe("Processed");
  });

  test("is written in a code page that cannot write all of its reasons", async () => {
    await useFormat({ codePage: 20127 });
    const entity = (await ports.definitions.find("entity", "Customer groups"))!.value;
    const fields = entity.fields.map((field) => (field.name === "CREDITLIMIT" ? { ...field, name: "Лимит" } : field));
    await define(ports, "entity", entity.name, { ...entity, fields });
    const fieldMap = [
      { field: "CUSTOMERGROUPID", column: "Id", ignoreBlank: false },
      { field: "Лимит", column: "Limit", ignoreBlank: false },
    ];
    await defineLines(ports, [{ format: "Own", fieldMap }]);
    const { message, execution } = await importFile(ports, "Id,Limit\r\n10,x\r\n20,1\r\n");

    expect(message.state).toBe("ProcessedWithErrors");
    expect(await resultFile(ports, execution, "failed")).toContain("DMF2018");
  });

  test("may be mended and pushed again in a format of any signs", async () => {
    await useFormat({
      columnDelimiter: "§",
      textQualifier: null,
      rowDelimiter: "cr",
      skipLines: 1,
      ignoreTrailingDelimiter: true,
    });
    const signed = (text: string): string => `${text.replaceAll(",", "§")}\r`;
    const rows = ["Title", header.trim(), "10,a\nb,Yes,1,", "20,x,No,many", "30,,No,2,"];
    const first = await importFile(ports, rows.map(signed).join(""));
    const failed = await resultFile(ports, first.execution, "failed");

    const second = await importFile(ports, failed.replace(/many\r$/, "3\r"));

    expect(first.execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 2, failed: 1 });
    expect(failed).toMatch(/^\r_LINE§_FIELD§[^\r]*\r5§CREDITLIMIT§[^\r]*many\r$/);
    expect(second.execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1, failed: 0 });
    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10", "20", "30"]);
  });

  test("of a file without a header row may be pushed again as well", async () => {
    await useFormat({ hasHeader: false });
    const fieldMap = [
      { field: "CUSTOMERGROUPID", column: "Column1", ignoreBlank: false },
      { field: "CREDITLIMIT", column: "Column2", ignoreBlank: false },
    ];
    await defineLines(ports, [{ format: "Own", fieldMap }]);
    const first = await importFile(ports, "10,x\r\n20,1\r\n");
    expect(first.execution!.entities[0]).toMatchObject({ rowsRead: 2, created: 1, failed: 1 });
    const failed = await resultFile(ports, first.execution, "failed");
    const second = await importFile(ports, failed.replace(",x\r\n", ",5\r\n"));

    expect(second.message.state).toBe("Processed");
    expect(second.execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1 });
    expect(await resultFile(ports, first.execution, "succeeded")).toContain("20,1\r\n");
  });
});

describe("rows of one key in one file", () => {
  test("are failed records but for the first, and name its line", async () => {
    const { message, execution } = await importFile(ports, `${header}10,first,,\r\n20,,,\r\n10,second,,\r\n10,,,\r\n`);

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 2, failed: 2, unprocessed: 0 });
    expect(execution!.entities[0]!.firstErrors).toEqual(
      [4, 5].map((line) => ({
        line,
        field: "CUSTOMERGROUPID",
        code: "DMF1959",
        message: "The same key stands on line 2 already; the first row counts.",
      })),
    );
    expect(await recordsOf(ports)).toContainEqual(["10", "first", "", ""]);
  });

  test("are the same rows however the file is cut into batches", async () => {
    const filler = Array.from({ length: 2400 }, (_, index) => `F${index},,,\r\n`);
    const rows = [...filler.slice(0, 999), "X,first,,\r\n", "X,second,,\r\n", ...filler.slice(999), "X,third,,\r\n"];
    const { execution } = await importFile(ports, header + rows.join(""));

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 2403, created: 2401, failed: 2 });
    expect(execution!.entities[0]!.firstErrors.map(({ line }) => line)).toEqual([1002, 2404]);
    expect(await resultFile(ports, execution, "failed")).toContain("line 1001 already");
    expect((await resultFile(ports, execution, "succeeded")).split("\r\n")).toHaveLength(2403);
  });

  test("may be all rows of a file, which are staged and not held", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `10,row ${index},,\r\n`).join("");
    const { execution } = await importFile(ports, header + rows);

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 5000, created: 1, failed: 4999 });
    expect((await ports.ground.blobs("staging").list("", { limit: 10 })).items).toEqual([]);
    expect(await resultFile(ports, execution, "succeeded")).toBe(`${header}10,row 0,,\r\n`);
    const failed = (await resultFile(ports, execution, "failed")).split("\r\n");
    expect(failed.slice(1, -1).map((row) => Number(row.split(",", 1)[0]))).toEqual(
      Array.from({ length: 4999 }, (_, index) => index + 3),
    );
  });

  test("count from the first that is no failed record itself", async () => {
    const { execution } = await importFile(ports, `${header}10,,,x\r\n10,second,,\r\n10,third,,\r\n`);

    expect(execution!.entities[0]!.firstErrors.map(({ line, code }) => [line, code])).toEqual([
      [2, "DMF2018"],
      [4, "DMF1959"],
    ]);
    expect(await recordsOf(ports)).toEqual([["10", "second", "", ""]]);
  });
});
