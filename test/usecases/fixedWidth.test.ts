import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { delimitedFormats } from "../../shared/domain/sourceFormats/delimited.ts";
import { fixedWidthFormat, type FixedWidthFormat } from "../../shared/domain/sourceFormats/fixedWidth.ts";
import { rowDelimiters } from "../../shared/domain/sourceFormats/textFile.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { linesOf, type RecordLines } from "../../shared/domain/recordLines.ts";
import type { SourceFormat } from "../../shared/domain/sourceFormat.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { packageTemplate } from "../../shared/usecases/samples/packageTemplate.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import {
  bytesOf,
  customerGroups,
  exportJob,
  exportProject,
  importJob,
  importProject,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { noPace } from "../support/pace.ts";
import {
  define,
  defineLines,
  exportedFiles,
  importFile,
  look,
  newestExport,
  push,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const bank: FixedWidthFormat = {
  ...fixedWidthFormat,
  name: "Bank",
  columns: [
    { name: "CUSTOMERGROUPID", width: 6, alignment: "left" },
    { name: "FILLER", width: 2, alignment: "left" },
    { name: "CREDITLIMIT", width: 8, alignment: "right", padding: "0" },
  ],
};

async function useBank(changes: Partial<FixedWidthFormat> = {}): Promise<void> {
  await define(ports, "format", "Bank", { ...bank, ...changes });
  await defineLines(ports, [{ format: "Bank" }]);
}

describe("an import of fixed width", () => {
  test("stores what its columns hold, and rejects the lines that they do not fit, which come back mended", async () => {
    await useBank();
    const first = await importFile(ports, "10    --000012.5\r\n20\r\n30    --0000many\r\n10    --00000001\r\n");
    const failed = await resultFile(ports, first.execution, "failed");
    const [header = "", ...rows] = failed.trimEnd().split("\r\n");

    expect(first.execution!.warnings).toEqual(["groups.csv: no field takes these columns: FILLER."]);
    expect(first.execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 1, failed: 3 });
    expect(first.execution!.entities[0]!.firstErrors.map((error) => [error.line, error.code])).toEqual([
      [2, "DMF1999"],
      [3, "DMF2018"],
      [4, "DMF1959"],
    ]);
    expect(header).toBe("_LINE,_FIELD,_CODE,_REASON,_RAW,CUSTOMERGROUPID,FILLER,CREDITLIMIT");
    expect(rows[0]).toMatch(/^2,,DMF1999,.*,20,,,$/);
    expect(rows[1]).toMatch(/^3,CREDITLIMIT,.*,,30,--,many$/);

    const mended = [header, rows[0]!.replace(/,20,,,$/, ",,20,,7"), rows[1]!.replace(/many$/, "5")].join("\r\n");
    const second = await importFile(ports, mended);

    expect(second.execution!.entities[0]).toMatchObject({ rowsRead: 2, created: 2, failed: 0 });
    expect((await recordsOf(ports)).map(([key, , , limit]) => [key, limit])).toEqual([
      ["10", "12.5"],
      ["20", "7"],
      ["30", "5"],
    ]);
    expect(await resultFile(ports, first.execution, "succeeded")).toBe("10    --000012.5\r\n");
  });

  test("may take its rejected rows again, once the entity takes them", async () => {
    await useBank();
    const short = { ...customerGroups.fields[0]!, lengthMax: 2 };
    await define(ports, "entity", customerGroups.name, {
      ...customerGroups,
      fields: [short, ...customerGroups.fields.slice(1)],
    });
    const { message, execution } = await importFile(ports, "100   --00000001\r\n20    --00000002\r\n");
    await define(ports, "entity", customerGroups.name, customerGroups);

    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "rejected" });
    await ports.drain();

    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 1 });
    expect((await look(ports, message.id)).execution!.entities[0]).toMatchObject({
      rowsRead: 1,
      created: 1,
      failed: 0,
    });
  });

  test("reads a language's numbers", async () => {
    await useBank({ language: "de-DE" });

    await importFile(ports, "10    --1.012,50\r\n");

    expect((await recordsOf(ports))[0]?.[3]).toBe("1012.5");
  });
});

const exportedLine = { ...line, format: "Fixed width", refreshType: "full" as const };

async function exportAll(changes: Partial<EntityLine> = {}) {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...exportedLine, ...changes }] });
  await runNow(ports, exportJob);
  const message = await newestExport(ports, exportJob);
  return { message, files: message?.file === undefined ? undefined : await exportedFiles(ports, message) };
}

describe("the format Fixed width", () => {
  const rows = "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n10,Häuser,Yes,12.5\r\n20,,,\r\n";

  test("writes packages that it reads, with the columns of the manifest as wide as their fields", async () => {
    await importFile(ports, rows);
    const before = await recordsOf(ports);
    const { message, files } = await exportAll({
      fieldMap: ["CREDITLIMIT", "CUSTOMERGROUPID", "DESCRIPTION", "ISSALESTAXINCLUDED"].map((field) => ({
        field,
        ignoreBlank: false,
      })),
    });
    const content = files!.get("Customer groups.txt")!;

    expect(content.split("\r\n")[0]).toBe(`${"12.5".padStart(32)}10        ${"Häuser".padEnd(60)}Yes`);

    const other = memoryPorts();
    await seed(other);
    const bytes = await collectBytes(ports.files.read("outbound", message!.file!), 1e6, "the package");
    const packed = await push(other, bytes, {}, packageJob);
    await runNow(other, packageJob);

    expect((await look(other, packed, packageJob)).execution!.entities[0]).toMatchObject({
      format: "Fixed width",
      created: 2,
      failed: 0,
    });
    expect(await recordsOf(other)).toEqual(before);
  });

  test("ends an export with the record of a value that is too long, and stores nothing", async () => {
    await importFile(ports, rows);
    await define(ports, "format", "Bank", { ...bank, columns: [{ name: "DESCRIPTION", width: 5, alignment: "left" }] });
    const fieldMap = [{ field: "DESCRIPTION", ignoreBlank: false }];

    const { message, files } = await exportAll({ format: "Bank", fieldMap });

    expect(files).toBeUndefined();
    expect(message).toMatchObject({ state: "PostProcessingError" });
    expect(JSON.stringify(message)).toContain("has 6 characters, and its column in format");
  });

  test("infers no entity, since it has no columns, and another one does", async () => {
    await define(ports, "format", "Bank", bank);

    await expect(inferEntity(ports, "X", "Fixed width", bytesOf("10\r\n"))).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining('Format "Fixed width" has no columns'),
    });
    expect(await inferEntity(ports, "X", "Bank", bytesOf("10    --00000007\r\n"))).toMatchObject({
      columns: [{ column: "CUSTOMERGROUPID" }, { column: "FILLER" }, { column: "CREDITLIMIT" }],
    });
  });

  test("gives no template of a map to columns whose width nobody said", async () => {
    const fieldMap = [{ field: "CUSTOMERGROUPID", column: "Number", ignoreBlank: false }];
    await defineLines(ports, [{ format: "Fixed width", fieldMap }]);

    await expect(packageTemplate(ports, importProject.name)).rejects.toMatchObject({ code: "invalid" });
  });
});

test("the same rows come to the same records as CSV and as fixed width, in any code page and with any line ends", async () => {
  const word = fc.stringMatching(/^[A-Za-zäöü][A-Za-zäöü ]{0,8}[a-z]$/);
  const anyRow = fc.tuple(
    fc.nat({ max: 30 }),
    fc.option(word, { nil: "" }),
    fc.constantFrom("Yes", "No", ""),
    fc.constantFrom("", "0", "12.5", "-7"),
  );
  const columns = ["CUSTOMERGROUPID", "DESCRIPTION", "ISSALESTAXINCLUDED", "CREDITLIMIT"];
  const anyFormat: fc.Arbitrary<SourceFormat> = fc
    .record({
      isFixed: fc.boolean(),
      codePage: fc.constantFrom(65001, 1200, 1201, 12000, 65000, 1252),
      rowDelimiter: fc.constantFrom(...rowDelimiters),
      hasHeader: fc.boolean(),
    })
    .map(({ isFixed, ...settings }) =>
      isFixed
        ? { ...fixedWidthFormat, ...settings, name: "Any" }
        : { ...delimitedFormats[0], ...settings, hasHeader: true, name: "Any", columnDelimiter: "§" },
    );
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 12 }), anyFormat, async (rows, format) => {
      const values = rows.map((row) => row.map(String));
      const results = await Promise.all(
        [delimitedFormats[0], format].map(async (each) => {
          const own = memoryPorts();
          await seed(own);
          await define(own, "format", each.name, each);
          await defineLines(own, [{ format: each.name }]);
          const file = fileFormatOf(each).createWriter({ entity: customerGroups, expected: columns }, noPace);
          const { execution } = await importFile(
            own,
            await collectBytes(file.write(columns, oneBatch(values)), 1e6, "it"),
          );
          const { rowsRead, created, failed } = execution!.entities[0]!;
          return { rowsRead, created, failed, records: await recordsOf(own) };
        }),
      );

      expect(results[1]).toEqual(results[0]);
    }),
    { numRuns: 60 },
  );
});

async function* oneBatch(rows: readonly (readonly string[])[]): AsyncGenerator<RecordLines> {
  yield linesOf(rows.map((values) => ({ key: "", number: 0, values })));
}
