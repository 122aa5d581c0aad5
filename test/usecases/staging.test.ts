import { beforeEach, describe, expect, test } from "vitest";
import type { RetryWish } from "../../shared/domain/messageAction.ts";
import type { StagedState } from "../../shared/domain/stagedRow.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { editStagedRow } from "../../shared/usecases/operate/editStagedRow.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { getStagedRow, listStagedRows } from "../../shared/usecases/watch/stagedRows.ts";
import type { ResultFile } from "../../shared/usecases/watch/openResultFile.ts";
import { openStagingPackage } from "../../shared/usecases/watch/openStagingPackage.ts";
import { openStagingFile } from "../../shared/usecases/watch/openStagingFile.ts";
import { customerGroups, importJob, importProject, line, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, type Ended, importFile, look, push, recordsOf, runNow, upkeep } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await defineLines(ports, [{ skipStaging: false }]);
});

const header = "CustomerGroupId,Description,CreditLimit\r\n";
const entity = customerGroups.name;
const file = `${header}10,Wholesale,1\r\n20,Retail,much\r\n10,Again,3\r\n30,"Whole"sale,4\r\n40,Web,5\r\n`;

/** Without what no column of the files feeds. */
const stored = async () => (await recordsOf(ports)).map(([id, description, , limit]) => [id, description, limit]);

async function staged(executionId: string, state?: StagedState) {
  const { items } = await listStagedRows(ports, executionId, entity, state, { limit: 100 });
  return items.map(({ row, state: now }) => [row.line, now, row.code] as const);
}

async function edit(executionId: string, row: number, values: Record<string, string>) {
  const { row: before } = await getStagedRow(ports, executionId, entity, row);
  const ifMatch = [String(before.revision)];
  return editStagedRow(ports, { executionId, entity, line: row, values, ifMatch }, operator);
}

async function retryStaged(messageId: string, wish: RetryWish = {}): Promise<Ended> {
  await retryMessage(ports, importJob.activityId, messageId, operator, { rows: "staged", ...wish });
  await ports.drain();
  await runNow(ports);
  return look(ports, messageId);
}

async function stopInFront(): Promise<void> {
  const lines = [{ ...line, skipStaging: false }];
  await define(ports, "project", importProject.name, { ...importProject, lines, execute: false });
}

describe("rows that stay in staging", () => {
  test("are those of the file, with what became of each", async () => {
    const { message, execution } = await importFile(ports, file);

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]).toMatchObject({ status: "finished", rowsRead: 5, created: 2, failed: 3 });
    expect(await staged(execution!.id)).toEqual([
      [2, "copied", ""],
      [3, "error", "DMF2018"],
      [4, "error", "DMF1959"],
      [5, "error", "DMF2018"],
      [6, "copied", ""],
    ]);
    expect((await getStagedRow(ports, execution!.id, entity, 3)).row).toMatchObject({
      field: "CREDITLIMIT",
      reason: expect.stringContaining("holds a text of 4"),
      cells: ["20", "Retail", "much"],
    });
    expect((await getStagedRow(ports, execution!.id, entity, 5)).row.raw).toBe('30,"Whole"sale,4');
  });

  test("are listed by state, a page after the other", async () => {
    const { execution } = await importFile(ports, file);

    expect(await staged(execution!.id, "copied")).toHaveLength(2);
    const first = await listStagedRows(ports, execution!.id, entity, "error", { limit: 2 });
    const rest = await listStagedRows(ports, execution!.id, entity, "error", {
      limit: 2,
      continuation: first.continuation!,
    });
    expect([first, rest].flatMap(({ items }) => items.map(({ row }) => row.line))).toEqual([3, 4, 5]);
  });

  test("are a file that a person mends and pushes again", async () => {
    const { execution } = await importFile(ports, file);
    const { fileName, read } = await openStagingFile(ports, execution!.id, entity, "error");
    const text = Buffer.from(await collectBytes(read(), 10_000, "staging")).toString("utf8");

    expect(fileName).toBe("Customer groups staging.csv");
    expect(text.split("\r\n")[0]).toBe("_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,Description,CreditLimit");
    expect(text.split("\r\n")).toHaveLength(5);
    const again = await importFile(ports, text.replace("much", "7"));
    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 3, failed: 1 });
  });

  test("are the same file and package at every time, until somebody edits one: who reads goes on with what he began", async () => {
    const { execution } = await importFile(ports, file);
    const open = async () => [
      await openStagingFile(ports, execution!.id, entity, undefined),
      await openStagingPackage(ports, execution!.id, undefined),
    ];
    const bytesOf = ({ read }: ResultFile) => collectBytes(read(), 100_000, "staging");
    const before = await open();
    const first = await Promise.all(before.map(bytesOf));
    ports.advance(3_600_000);

    const again = await open();
    expect(await Promise.all(again.map(bytesOf))).toEqual(first);
    expect(again.map(({ madeOf }) => madeOf)).toEqual(before.map(({ madeOf }) => madeOf));

    await edit(execution!.id, 3, { CreditLimit: "7" });
    expect(await Promise.all(again.map(bytesOf))).toEqual(first);
    for (const [index, edited] of (await open()).entries()) {
      expect(edited.madeOf).not.toBe(before[index]!.madeOf);
      expect(await bytesOf(edited)).not.toEqual(first[index]);
    }
  });

  test("are a data package that is imported like any other", async () => {
    const { execution } = await importFile(ports, file);
    const { fileName, read } = await openStagingPackage(ports, execution!.id, undefined);
    const bytes = await collectBytes(read(), 100_000, "a package");
    await define(ports, "job", packageJob.activityId, { ...packageJob, project: importProject.name });
    const again = await importFile(ports, bytes, { entity: undefined }, { ...packageJob, project: importProject.name });

    expect(fileName).toBe("Customer group import staging.zip");
    expect(again.execution!.entities[0]).toMatchObject({ rowsRead: 4, unchanged: 2, failed: 2 });
  });

  test("of an XML file keep what is stored where a record lacks a field", async () => {
    await importFile(ports, `${header}10,Wholesale,1\r\n`);
    await defineLines(ports, [{ skipStaging: false, format: "XML-Element" }]);
    const record =
      "<CustCustomerGroupEntity><CustomerGroupId>10</CustomerGroupId><CreditLimit>7</CreditLimit></CustCustomerGroupEntity>";
    const { execution } = await importFile(ports, `<Document>${record}</Document>`);

    expect(await staged(execution!.id)).toEqual([[1, "copied", ""]]);
    expect(await stored()).toEqual([["10", "Wholesale", "7"]]);
  });

  test("go with their message at the end of its retention", async () => {
    const { execution } = await importFile(ports, `${header}10,Wholesale,1\r\n`);
    ports.advance(ports.settings.retentionMs + 60_000);
    await upkeep(ports);

    expect(await ports.executions.find(execution!.id)).toBeUndefined();
    const left = await ports.ground.blobs("staging").list("", { limit: 10 });
    expect(left.items).toEqual([]);
  });

  test("are none of a line that skips staging", async () => {
    await defineLines(ports, [{}]);
    const { execution } = await importFile(ports, `${header}10,Wholesale,1\r\n`);

    expect(execution!.entities[0]!.staging).toBeUndefined();
    await expect(staged(execution!.id)).rejects.toThrow("skipped staging");
  });

  test("are none of a file that cannot be read to its end, of which nothing is stored", async () => {
    const { message, execution } = await importFile(ports, `${header}10,Wholesale,1\r\n20,"Retail,2\r\n`);

    expect(message.state).toBe("PostProcessingError");
    expect(await staged(execution!.id)).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});

describe("a row that somebody edits", () => {
  test("is validated at once, and copied by a retry of the staged rows", async () => {
    const { message, execution } = await importFile(ports, file);
    const still = await edit(execution!.id, 3, { CreditLimit: "many" });
    const mended = await edit(execution!.id, 3, { creditlimit: "7" });

    expect(still).toMatchObject({ state: "error", row: { code: "DMF2018" } });
    expect(mended).toMatchObject({ state: "staged", row: { code: "", cells: ["20", "Retail", "7"] } });
    await edit(execution!.id, 4, { CustomerGroupId: "11" });
    await edit(execution!.id, 5, { CustomerGroupId: "30", Description: "Whole", CreditLimit: "4" });
    const copied = await retryStaged(message.id);

    expect(copied.message.state).toBe("Processed");
    expect(copied.execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 3, failed: 0 });
    expect((await staged(execution!.id)).every(([, state]) => state === "copied")).toBe(true);
    expect(await stored()).toEqual([
      ["10", "Wholesale", "1"],
      ["11", "Again", "3"],
      ["20", "Retail", "7"],
      ["30", "Whole", "4"],
      ["40", "Web", "5"],
    ]);
  });

  test("leaves the others that have errors as they are", async () => {
    const { message, execution } = await importFile(ports, file);
    await edit(execution!.id, 3, { CreditLimit: "7" });
    const copied = await retryStaged(message.id);

    expect(copied.message.state).toBe("ProcessedWithErrors");
    expect(copied.execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 1, failed: 2 });
    expect(await staged(execution!.id, "error")).toEqual([
      [4, "error", "DMF1959"],
      [5, "error", "DMF2018"],
    ]);
  });

  test("waits for the next execution when one was asked for before it was edited", async () => {
    const { message, execution } = await importFile(ports, file);
    await edit(execution!.id, 3, { CreditLimit: "7" });
    const asked = (await ports.messages.findInbound(importJob.activityId, message.id))!.value;
    const [before] = (await getStagedRow(ports, execution!.id, entity, 3)).row.cells;
    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "staged" });
    // As by an edit that was judged a moment before the retry.
    const messages = { ...ports.messages, findInbound: async () => ({ value: asked, etag: "" }) };
    const { row } = await getStagedRow(ports, execution!.id, entity, 3);
    await editStagedRow(
      { ...ports, messages },
      { executionId: execution!.id, entity, line: 3, values: { CreditLimit: "8" }, ifMatch: [String(row.revision)] },
      operator,
    );
    await ports.drain();

    expect(before).toBe("20");
    expect(await staged(execution!.id, "staged")).toEqual([[3, "staged", ""]]);
    await retryStaged(message.id);
    expect(await stored()).toContainEqual(["20", "Retail", "8"]);
  });

  test("is refused when somebody changed it since it was read, also in the same moment", async () => {
    const { execution } = await importFile(ports, file);
    const { row } = await getStagedRow(ports, execution!.id, entity, 3);
    const change = (CreditLimit: string) => ({
      executionId: execution!.id,
      entity,
      line: 3,
      values: { CreditLimit },
      ifMatch: [String(row.revision)],
    });
    const both = await Promise.allSettled([
      editStagedRow(ports, change("7"), operator),
      editStagedRow(ports, change("8"), operator),
    ]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(editStagedRow(ports, change("9"), operator)).rejects.toMatchObject({
      code: "preconditionFailed",
    });
    await expect(editStagedRow(ports, { ...change("9"), ifMatch: undefined }, operator)).rejects.toMatchObject({
      code: "preconditionRequired",
    });
  });

  test("names the columns that there are to whoever names another", async () => {
    const { execution } = await importFile(ports, file);

    await expect(edit(execution!.id, 3, { Limit: "7" })).rejects.toMatchObject({
      code: "invalid",
      members: [{ path: "values.Limit", message: expect.stringContaining("CreditLimit") }],
    });
  });

  test("is refused while an execution is at its rows, and after one read the file anew", async () => {
    const { message, execution } = await importFile(ports, file);
    await retryMessage(ports, importJob.activityId, message.id, operator);
    await expect(edit(execution!.id, 3, { CreditLimit: "7" })).rejects.toThrow("goes on");
    await ports.drain();
    await runNow(ports);

    await expect(edit(execution!.id, 3, { CreditLimit: "7" })).rejects.toThrow("read the file anew");
  });
});

describe("a project that stops in front of its entities", () => {
  test("leaves the good records in staging until somebody copies them", async () => {
    await stopInFront();
    const { message, execution } = await importFile(ports, `${header}10,Wholesale,1\r\n20,Retail,2\r\n`);

    expect(message.state).toBe("Processed");
    expect(execution!.entities[0]).toMatchObject({ status: "staged", rowsRead: 2, unprocessed: 2, created: 0 });
    expect(execution!.warnings).toEqual([expect.stringContaining("2 good records wait in staging")]);
    expect(await stored()).toEqual([]);
    const copied = await retryStaged(message.id);
    expect(copied.execution!.entities[0]).toMatchObject({ status: "finished", created: 2 });
    expect(await staged(execution!.id, "copied")).toHaveLength(2);
    expect(await stored()).toHaveLength(2);
  });

  test("validates anew without copying, by a definition that was mended", async () => {
    await stopInFront();
    const { message, execution } = await importFile(ports, `${header}10,${"x".repeat(61)},1\r\n20,Retail,2\r\n`);
    expect(await staged(execution!.id, "error")).toHaveLength(1);
    const fields = customerGroups.fields.map((field) =>
      field.name === "DESCRIPTION" ? { ...field, lengthMax: 100 } : field,
    );
    await define(ports, "entity", entity, { ...customerGroups, fields });
    const validated = await retryStaged(message.id, { execute: false });

    expect(validated.execution!.entities[0]).toMatchObject({ status: "staged", rowsRead: 2, failed: 0 });
    expect(await staged(execution!.id)).toEqual([
      [2, "staged", ""],
      [3, "staged", ""],
    ]);
    expect(await stored()).toEqual([]);
    await retryStaged(message.id);
    expect(await stored()).toHaveLength(2);
  });

  test("does not write over what a later message brought, unless somebody forces it", async () => {
    await stopInFront();
    const first = await importFile(ports, `${header}10,Old,1\r\n`);
    ports.advance(60_000);
    const later = await importFile(ports, `${header}10,New,1\r\n`);
    await retryStaged(later.message.id);

    await expect(retryStaged(first.message.id)).rejects.toMatchObject({ code: "conflict" });
    await retryStaged(first.message.id, { isForced: true });
    expect(await stored()).toEqual([["10", "Old", "1"]]);
  });
});

test("a message whose line skips staging has no staged rows to retry", async () => {
  await defineLines(ports, [{}]);
  const messageId = await push(ports, `${header}10,Wholesale,much\r\n`);
  await runNow(ports);

  await expect(retryStaged(messageId)).rejects.toThrow("has no rows in staging");
});
