import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { Ports } from "../../shared/ports.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { pruneMessages } from "../../shared/usecases/retention/pruneMessages.ts";
import { getJobStatus } from "../../shared/usecases/watch/getJobStatus.ts";
import {
  customerGroups,
  exportJob,
  exportJobId,
  importJobId,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import {
  define,
  defineLines,
  importFile,
  look,
  manifestOf,
  newestExport,
  packageOf,
  push,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

const header = "CustomerGroupId,Description,CreditLimit\r\n";
/** Row 3 has a number that is a text, 4 a key that is too long, 5 the key of row 2, and 6 a cell too many. */
const body = `${header}10,ten,1\r\n20,twenty,soon\r\nTOOLONGFORAKEY,long,3\r\n10,ten again,5\r\n60,sixty,6,six\r\n`;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const retry = (messageId: string, activityId = importJobId, host: Ports = ports) =>
  retryMessage(host, activityId, messageId, operator, { rows: "rejected" });
const refused = (text: string) => expect.objectContaining({ code: "conflict", message: expect.stringContaining(text) });

const fieldsWith = (changes: Readonly<Record<string, object>>): DataEntity => ({
  ...customerGroups,
  fields: customerGroups.fields.map((field) => ({ ...field, ...changes[field.name] })),
});
/** Mends what was wrong with the values. */
const takeTexts = () =>
  define(ports, "entity", customerGroups.name, {
    ...fieldsWith({ CREDITLIMIT: { type: "string" }, CUSTOMERGROUPID: { lengthMax: 20 } }),
  });

describe("a retry of the rows that a run rejected", () => {
  test("imports them alone, by the newest definitions, from the file that has them", async () => {
    const { message, execution } = await importFile(ports, body);
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 5, created: 1, failed: 4 });
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    const again = await look(ports, message.id);
    expect(again.message).toMatchObject({ state: "ProcessedWithErrors", run: 2, rejectedRowsOf: message.executionId });
    expect(again.execution).toMatchObject({ rejectedRowsOf: message.executionId });
    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 2, failed: 2, fileName: "groups.csv" });
    expect(await recordsOf(ports)).toEqual([
      ["10", "ten", "", "1"],
      ["20", "twenty", "", "soon"],
      ["TOOLONGFORAKEY", "long", "", "3"],
    ]);
  });

  test("rejects again what is no matter of a value, under the lines of the original file", async () => {
    const { message } = await importFile(ports, body);
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    const { execution } = await look(ports, message.id);
    const failed = await resultFile(ports, execution, "failed");
    const [head, ...rows] = failed.split("\r\n").slice(0, -1);
    expect(head).toBe("_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,Description,CreditLimit");
    expect(rows.map((row) => row.slice(0, 2)).toSorted()).toEqual(["5,", "6,"]);
    expect(failed).toContain("The same key stands on line 2 already");
    expect(execution!.entities[0]!.firstErrors.map(({ line }) => String(line)).toSorted()).toEqual(["5", "6"]);
    expect((await resultFile(ports, execution, "succeeded")).split("\r\n").slice(1, -1)).toEqual([
      expect.stringMatching(/20,twenty,soon$/),
      expect.stringMatching(/TOOLONGFORAKEY,long,3$/),
    ]);
    expect((await getJobStatus(ports, importJobId, message.id)).log).toContain(
      "only the rows that the run before rejected",
    );
  });

  test("may be asked for again and again, and all rows afterwards", async () => {
    const { message } = await importFile(ports, body);
    await define(ports, "entity", customerGroups.name, fieldsWith({ CREDITLIMIT: { type: "string" } }));
    await retry(message.id);
    await ports.drain();
    const second = await look(ports, message.id);
    expect(second.execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 1, failed: 3 });
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    const third = await look(ports, message.id);
    expect(third.execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 1, failed: 2 });
    expect(third.message).toMatchObject({ run: 3, rejectedRowsOf: second.message.executionId });
    await retryMessage(ports, importJobId, message.id, operator);
    await ports.drain();
    const { message: all, execution } = await look(ports, message.id);
    expect(all.rejectedRowsOf).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 5, unchanged: 3, failed: 2 });
    const first = await ports.executions.find(message.executionId!);
    expect((await resultFile(ports, first, "succeeded")).split("\r\n")).toHaveLength(3);
  });

  test("ends well when nothing is left to reject", async () => {
    const { message } = await importFile(ports, `${header}10,ten,1\r\n20,twenty,soon\r\n`);
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    expect((await look(ports, message.id)).message.state).toBe("Processed");
  });

  test("is done behind newer files too, and the refusal to retry all of it offers it first", async () => {
    const { message } = await importFile(ports, `${header}10,old,1\r\n20,twenty,soon\r\n`);
    await importFile(ports, `${header}10,new,1\r\n`);
    const all = retryMessage(ports, importJobId, message.id, operator);
    await expect(all).rejects.toEqual(refused("Retry its rejected rows alone, with rows=rejected"));
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    expect(await recordsOf(ports)).toEqual([
      ["10", "new", "", "1"],
      ["20", "twenty", "", "soon"],
    ]);
  });

  test("truncates nothing, though its line does before an import", async () => {
    await defineLines(ports, [{ truncateFirst: true }]);
    const { message } = await importFile(ports, `${header}10,ten,1\r\n20,twenty,soon\r\n`);
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    expect((await recordsOf(ports)).map(([key]) => key)).toEqual(["10", "20"]);
  });

  test("reads its file in the format in which it was written, also one without a header row", async () => {
    const format = {
      name: "Own",
      kind: "delimited",
      columnDelimiter: "semicolon",
      textQualifier: '"',
      codePage: 1252,
      hasHeader: false,
    } as const;
    await define(ports, "format", "Own", format);
    const fieldMap = ["CUSTOMERGROUPID", "DESCRIPTION", "CREDITLIMIT"].map((field, index) => ({
      field,
      column: `Column${index + 1}`,
      ignoreBlank: false,
    }));
    await defineLines(ports, [{ format: "Own", fieldMap }]);
    const bytes = Buffer.from("10;t\u00e9n;1\r\n20;tw\u00e9nty;soon\r\n", "latin1");
    const { message } = await importFile(ports, bytes);
    await define(ports, "format", "Own", { ...format, columnDelimiter: "comma", codePage: 65001 });
    await takeTexts();
    await retry(message.id);
    await ports.drain();

    expect((await look(ports, message.id)).message.state).toBe("Processed");
    expect(await recordsOf(ports)).toEqual([
      ["10", "t\u00e9n", "", "1"],
      ["20", "tw\u00e9nty", "", "soon"],
    ]);
    const { execution } = await look(ports, message.id);
    expect(await resultFile(ports, execution, "succeeded")).toContain("20;");
  });

  test("is finished by the next attempt when a worker dies", async () => {
    const { message } = await importFile(ports, `${header}10,ten,1\r\n20,twenty,soon\r\n`);
    await takeTexts();
    await retry(message.id);
    const upsert = () => Promise.reject(new Error("a defect"));
    await expect(ports.drain({ entities: { ...ports.entities, upsert } })).rejects.toThrow("a defect");
    ports.advance(600_000);
    await ports.drain();

    expect((await look(ports, message.id)).message).toMatchObject({ state: "Processed", attempts: 2, run: 2 });
  });

  test("leaves nothing behind when the retention ends", async () => {
    const { message } = await importFile(ports, body);
    await retry(message.id);
    await ports.drain();
    ports.advance(testSettings.retentionMs + 60_000);
    await pruneMessages(ports);

    expect((await ports.files.list("executions", "", { limit: 10 })).items).toEqual([]);
  });
});

describe("a retry of rejected rows of a package", () => {
  const other: DataEntity = { ...customerGroups, name: "Other groups", aotName: "Other" };
  const files = {
    "Customer groups.csv": `${header}10,ten,1\r\n20,twenty,soon\r\n`,
    "Other groups.csv": `${header}30,thirty,3\r\n`,
  };

  async function importPackage(lines: Parameters<typeof defineLines>[1]): Promise<string> {
    await define(ports, "entity", other.name, other);
    await defineLines(ports, lines);
    const entries = [{}, { entityName: other.name, targetEntity: other.aotName, inputFilePath: "Other groups.csv" }];
    const id = await push(ports, await packageOf(manifestOf(...entries), files), {}, packageJob);
    await runNow(ports, packageJob);
    return id;
  }

  test("takes the entities that have any, each by its own file", async () => {
    const id = await importPackage([{}, { entity: other.name, sequence: 2 }]);
    await takeTexts();
    await retry(id, packageJob.activityId);
    await ports.drain();

    const { message, execution } = await look(ports, id, packageJob);
    expect(message.state).toBe("Processed");
    expect(execution!.entities).toMatchObject([{ entity: "Customer groups", rowsRead: 1, created: 1 }]);
  });

  test("is refused when its run left an entity out, whose rows it would never bring", async () => {
    const id = await importPackage([{ failUnitOnError: true }, { entity: other.name, sequence: 2 }]);

    await expect(retry(id, packageJob.activityId)).rejects.toEqual(refused('records of "Other groups"'));
  });
});

test("a retry of rejected rows is refused where a run has none", async () => {
  const broken = await importFile(ports, "Wrong\r\n1\r\n");
  const good = await importFile(ports, `${header}10,ten,1\r\n`);
  await expect(retry(broken.message.id)).rejects.toEqual(refused("no run that ended with rejected rows"));
  await expect(retry(good.message.id)).rejects.toMatchObject({ code: "conflict" });

  await runNow(ports, exportJob);
  const run = (await newestExport(ports, exportJob))!;
  await expect(retry(run.id, exportJobId)).rejects.toMatchObject({ code: "invalid" });
});

test("the audit trail tells a retry of rejected rows from one of all", async () => {
  const { message } = await importFile(ports, body);
  const audited: string[] = [];
  const record: Ports["audit"]["record"] = async ({ detail }) => void audited.push(detail);
  await retry(message.id, importJobId, { ...ports, audit: { ...ports.audit, record } });

  expect(audited).toEqual(["rejected rows"]);
});
