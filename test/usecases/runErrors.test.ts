import { beforeEach, describe, expect, test } from "vitest";
import type { Page } from "../../shared/ports/stored.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { removeMessage } from "../../shared/usecases/retention/removeMessage.ts";
import { findRun } from "../../shared/usecases/watch/findRun.ts";
import { listErrors, takeErrors } from "../../shared/usecases/watch/listErrors.ts";
import { listRejectedRows } from "../../shared/usecases/watch/listRejectedRows.ts";
import type { ErrorReader } from "../../shared/usecases/watch/runErrors.ts";
import {
  customerGroups,
  exportJob,
  exportProject,
  importJob,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, manifestOf, newestExport, packageOf, push, runNow } from "./world.ts";

const header = "CustomerGroupId,Description,CreditLimit\r\n";
const entity = customerGroups.name;
/** As many as are read before the first one is staged, and more. */
const goodRows = 30_000;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const errorsOf = async (id: string, reader: ErrorReader = "client", limit = 100) =>
  takeErrors(ports, (await findRun(ports, id))!, reader, limit);
const list = (id: string, limit = 50, continuation?: string) =>
  listErrors(ports, id, { limit, ...(continuation && { continuation }) });

/** Attempts that fail by a defect of the service, until there are no more. */
async function giveUp(messageId: string): Promise<void> {
  const broken = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("inside")) } };
  for (let attempt = 0; attempt < importJob.attemptsMax; attempt++) {
    await expect(importMessage(broken, importJob.activityId, messageId)).rejects.toThrow("inside");
  }
}

describe("the errors of a run", () => {
  test("are those of each rejected row, by the line of the file and the field, with the value", async () => {
    const { message, execution } = await importFile(
      ports,
      `${header}10,ten,1\r\nTOOLONGFORAKEY,long,soon\r\n10,again,5\r\n60,sixty,6,six\r\n`,
    );

    const { items, isCut } = await errorsOf(execution!.id);

    expect(isCut).toBe(false);
    expect(items).toEqual([
      { entity, line: 3, field: "CUSTOMERGROUPID", code: "DMF2018", message: expect.stringContaining("at most 10") },
      { entity, line: 3, field: "CREDITLIMIT", code: "DMF2018", message: expect.stringContaining('"soon"') },
      { entity, line: 5, field: "", code: expect.any(String), message: expect.any(String) },
      { entity, line: 4, field: "CUSTOMERGROUPID", code: "DMF1959", message: expect.any(String) },
    ]);
    expect(await errorsOf(message.id)).toEqual({ items, isCut });
  });

  test("are none where nothing went wrong, and while nothing has begun", async () => {
    const { execution } = await importFile(ports, `${header}10,ten,1\r\n`);
    const waiting = await push(ports, `${header}10,ten,1\r\n`);

    expect(await errorsOf(execution!.id)).toEqual({ items: [], isCut: false });
    expect(await errorsOf(waiting)).toEqual({ items: [], isCut: false });
  });

  test.each([
    ["a header row that cannot be used", " \r\n1,2,3\r\n", { line: 1, field: "", code: "FF004" }],
    ["a key without a column", "Description\r\nx\r\n", { field: "CUSTOMERGROUPID", code: "" }],
  ])("say where before the first record is staged: %s", async (_what, file, where) => {
    const { message, execution } = await importFile(ports, file);

    expect(message.state).toBe("PreProcessingError");
    const { items } = await errorsOf(execution!.id);
    expect(items).toEqual([{ ...where, message: expect.stringMatching(/^groups\.csv: /) }]);
  });

  test("say which file of a package, and at which line, could not be read to its end", async () => {
    const cities = { ...customerGroups, name: "Cities", aotName: "CityEntity" };
    await define(ports, "entity", cities.name, cities);
    await defineLines(ports, [{}, { entity: cities.name, sequence: 2 }]);
    const good = "1,one,1\r\n".repeat(goodRows);
    const manifest = manifestOf(
      {},
      { entityName: cities.name, targetEntity: "CityEntity", inputFilePath: "Cities.csv" },
    );
    const files = { "Customer groups.csv": `${header}10,ten,much\r\n`, "Cities.csv": `${header}${good}1,"open\r\n` };
    const { execution } = await importFile(ports, await packageOf(manifest, files), {}, packageJob);

    expect((await errorsOf(execution!.id)).items).toEqual([
      {
        entity: "Cities",
        line: goodRows + 2,
        field: "",
        code: "unclosedQuote",
        message: expect.stringMatching(/^Cities\.csv: /),
      },
      { entity, line: 2, field: "CREDITLIMIT", code: "DMF2018", message: expect.stringContaining('"much"') },
    ]);
  });

  test("of a row that has several behind the first hundred have all that is wrong with it, by each field", async () => {
    const rows = Array.from({ length: 120 }, () => "TOOLONGFORAKEY,x,none").join("\r\n");
    const { execution } = await importFile(ports, `${header}${rows}\r\n`);

    const { items } = await errorsOf(execution!.id, "client", 1000);

    expect(items).toHaveLength(240);
    expect(items.at(-1)).toEqual({
      entity,
      line: 121,
      field: "CREDITLIMIT",
      code: "DMF2018",
      message: expect.stringMatching(/at most 10.*none/),
    });
  });

  test("of a message that was set aside tell its client nothing of the inside, and operators all", async () => {
    const messageId = await push(ports, `${header}10,ten,1\r\n`);
    await giveUp(messageId);

    expect((await errorsOf(messageId)).items.map(({ message }) => message)).toEqual(["Given up after 3 attempts."]);
    expect((await errorsOf(messageId, "operator")).items).toEqual([
      { field: "", code: "", message: "Given up after 3 attempts. Last error: inside" },
    ]);
  });

  test("of a message that was discarded before it began say who gave it up", async () => {
    const messageId = await push(ports, `${header}10,ten,1\r\n`);
    await discardMessage(ports, importJob.activityId, messageId, operator, "a double");

    expect((await errorsOf(messageId)).items).toEqual([
      { field: "", code: "", message: "Discarded by an operator, and processed no further: a double" },
    ]);
  });

  test("of an export say why it failed", async () => {
    const lines = [{ ...line, entity: "Gone" }];
    await define(ports, "project", exportProject.name, { ...exportProject, lines });
    await runNow(ports, exportJob);

    const message = (await newestExport(ports, exportJob))!;
    expect(message.state).toBe("PostProcessingError");
    expect((await errorsOf(message.id)).items).toEqual([{ field: "", code: "", message: message.lastError }]);
  });

  test("come page by page, each once", async () => {
    const rows = Array.from({ length: 250 }, (_, index) => `${index},x,none`).join("\r\n");
    const { execution } = await importFile(ports, `${header}${rows}\r\n`);

    const lines: (number | undefined)[] = [];
    let continuation: string | undefined;
    do {
      const page = await list(execution!.id, 60, continuation);
      lines.push(...page.items.map(({ line }) => line));
      continuation = page.continuation;
    } while (continuation !== undefined);

    expect(lines).toEqual(Array.from({ length: 250 }, (_, index) => index + 2));
    await expect(list(execution!.id, 60, "x")).rejects.toThrow("not a continuation that this list gave");
  });

  test("are none of them twice when their file goes between two pages", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},bad ${"x".repeat(20)},x\r\n`);
    const { execution } = await importFile(ports, header + rows.join(""));
    const lines: (number | undefined)[] = [];
    let isThere = true;
    for (let page = await list(execution!.id, 20); ; page = await list(execution!.id, 20, page.continuation)) {
      lines.push(...page.items.map(({ line: row }) => row));
      if (page.continuation === undefined) break;
      // A few behind a place within the file, so that there were others with these numbers at its beginning.
      if (!isThere || !/^\d\d?\.\d+\.\d+\.\d+$/.test(page.continuation)) continue;
      isThere = false;
      await ports.files.remove("executions", execution!.entities[0]!.failedFile!);
    }

    expect(isThere).toBe(false);
    expect(new Set(lines).size).toBe(lines.length);
  });

  test("come page by page from files of many rows, and a page reads on where the one before ended", async () => {
    const rowsOf = (count: number) =>
      Array.from({ length: count }, (_, index) => `${index},"y, ""z""\r\n${index}",none`);
    const body = (count: number) => `${header}${rowsOf(count).join("\r\n")}\r\n`;
    const { execution } = await importFile(ports, body(4_000));
    const begins: number[] = [];
    const read: TestPorts["files"]["read"] = (room, name, offset, length) => {
      if (length === undefined) begins.push(offset ?? 0);
      return ports.files.read(room, name, offset, length);
    };
    const counting = { ...ports, files: { ...ports.files, read } };
    const follow = async <T>(page: (continuation: string | undefined) => Promise<Page<T>>) => {
      const all: T[] = [];
      for (let next: string | undefined; ;) {
        const { items, continuation } = await page(next);
        all.push(...items);
        if (continuation === undefined) return all;
        next = continuation;
      }
    };
    const request = (continuation: string | undefined) => ({ limit: 150, ...(continuation && { continuation }) });
    const errors = await follow((next) => listErrors(counting, execution!.id, request(next)));
    const rows = await follow((next) => listRejectedRows(counting, execution!.id, entity, request(next)));

    const lines = Array.from({ length: 4_000 }, (_, index) => 2 * index + 2);
    expect(errors.map(({ line }) => line)).toEqual(lines);
    expect(rows.map((row) => row.line)).toEqual(lines);
    expect(rows.map(({ cells }) => cells[1])).toEqual(lines.map((_, index) => `y, "z"\r\n${index}`));
    const size = (await ports.files.findFacts("executions", execution!.entities[0]!.failedFile!))!.sizeBytes;
    // Two lists of 27 pages: the last ones begin in the last quarter of the file.
    expect(begins.length).toBe(54);
    expect(begins[26]).toBeGreaterThan((3 * size) / 4);
    expect(begins[53]).toBeGreaterThan((3 * size) / 4);
  });

  test.each(["0.0.3.70", "0.0.1.1", "0.0.0.999999999", "0.0.60.20"])(
    "are not listed from a place that nobody gave: %s",
    async (continuation) => {
      const rows = Array.from({ length: 250 }, (_, index) => `${index},x,none`).join("\r\n");
      const { execution } = await importFile(ports, `${header}${rows}\r\n`);

      const page = listRejectedRows(ports, execution!.id, entity, { limit: 10, continuation });
      await expect(page).rejects.toMatchObject({ code: "invalid" });
    },
  );

  test("are gone with the message, and the first hundred stay where the rows alone are lost", async () => {
    const { message, execution } = await importFile(ports, `${header}10,ten,much\r\n`);
    await ports.files.remove("executions", execution!.entities[0]!.failedFile!);

    expect((await errorsOf(execution!.id)).items).toEqual([
      { entity, line: 2, field: "CREDITLIMIT", code: "DMF2018", message: expect.stringContaining('"much"') },
    ]);
    await removeMessage(ports, (await ports.messages.find(importJob.activityId, message.id))!);
    await expect(list(execution!.id)).rejects.toThrow("past its retention");
    expect(await findRun(ports, message.id)).toBeUndefined();
  });
});
