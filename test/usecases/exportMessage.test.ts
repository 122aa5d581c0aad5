import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { readManifest } from "../../shared/formats/manifest.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJob } from "../../shared/usecases/work/runJob.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { sweepClaims } from "../../shared/usecases/upkeep/sweepClaims.ts";
import {
  customerGroups,
  exportJob,
  exportJobId,
  exportProject,
  importJobId,
  line,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, defineLines, exportedFiles, importFile, newestExport, runNow } from "./world.ts";
import { noPace } from "../support/pace.ts";

const minute = 60_000;
const header = "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function exportNow(job: RecurringJob = exportJob): Promise<OutboundMessage> {
  ports.advance(minute);
  await runNow(ports, job);
  return (await newestExport(ports, job))!;
}

async function useLine(changes: Partial<EntityLine>): Promise<void> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, ...changes }] });
}

async function useJob(changes: Partial<RecurringJob>): Promise<RecurringJob> {
  const job = { ...exportJob, ...changes };
  await define(ports, "job", job.activityId, job);
  return job;
}

const store = (...keys: readonly string[]) =>
  importFile(ports, `CustomerGroupId\r\n${keys.map((key) => `${key}\r\n`).join("")}`);
const rowsOf = async (message: OutboundMessage) =>
  (await exportedFiles(ports, message)).get("Customer groups.csv")!.split("\r\n").slice(1, -1);

describe("an exported package", () => {
  test("holds the two XML files of the original and a file for each entity", async () => {
    await importFile(ports, 'CustomerGroupId,Description,CreditLimit\r\n10,"a, b",1.50\r\n');
    const message = await exportNow();

    expect(message).toMatchObject({ state: "Enqueued", isFileUploaded: true, totalRecords: 1, isPointerSent: true });
    const bytes = await collectBytes(ports.files.read("outbound", message.file!), 1e6, "a package");
    const archive = await openPackageZip(bytesInMemory(bytes));
    expect(archive.entries.map(({ name }) => name)).toEqual([
      "PackageHeader.xml",
      "Manifest.xml",
      "Customer groups.csv",
    ]);
    const manifest = await readManifest(archive.open("Manifest.xml"), noPace);
    expect(manifest).toMatchObject({ definitionGroupName: exportProject.name });
    expect(manifest.lines).toMatchObject([
      { entityName: "Customer groups", inputFilePath: "Customer groups.csv", defaultRefreshType: "IncrementalPush" },
    ]);
    expect((await exportedFiles(ports, message)).get("Customer groups.csv")).toBe(`${header}10,"a, b",,1.5\r\n`);
    expect(bytes).toHaveLength(message.sizeBytes!);
  });

  test("is written through the line's field map and format", async () => {
    await importFile(ports, "CustomerGroupId,Description\r\n10,Wholesale\r\n20,\r\n");
    await useLine({
      format: "Semicolon",
      fieldMap: [
        { field: "description", column: "Text", defaultValue: "none", ignoreBlank: false },
        { field: "CustomerGroupId", ignoreBlank: false },
      ],
    });

    expect((await exportedFiles(ports, await exportNow())).get("Customer groups.csv")).toBe(
      "Text;CustomerGroupId\r\nWholesale;10\r\nnone;20\r\n",
    );
  });

  test("comes back in as what went out", async () => {
    await importFile(ports, 'CustomerGroupId,Description,CreditLimit\r\n10,"a ""b""\n c",0.10\r\n20,,-5\r\n');
    const exported = (await exportedFiles(ports, await exportNow())).get("Customer groups.csv")!;
    await defineLines(ports, [{ truncateFirst: true }]);
    const { execution } = await importFile(ports, exported);

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 2, failed: 0 });
    expect((await exportedFiles(ports, await exportNow())).get("Customer groups.csv")).toBe(exported);
  });

  test("holds the records of the job's company alone", async () => {
    await store("10");
    const other = await useJob({ company: "DEMF", preventUploadAtZeroRecords: false });

    expect(await rowsOf(await exportNow(other))).toEqual([]);
  });
});

describe("an incremental export", () => {
  test("is full the first time, and holds what changed since from then on", async () => {
    await store("10", "20");
    expect(await rowsOf(await exportNow())).toEqual(["10,,,", "20,,,"]);
    await importFile(ports, "CustomerGroupId,Description\r\n10,\r\n20,Retail\r\n30,New\r\n");

    expect(await rowsOf(await exportNow())).toEqual(["20,Retail,,", "30,New,,"]);
    const { executionId } = (await newestExport(ports, exportJob))!;
    expect((await ports.executions.find(executionId!))!.entities[0]).toMatchObject({
      refresh: "incremental",
      exported: 2,
      status: "finished",
    });
  });

  test("has a watermark of its own for each job and company", async () => {
    await store("10");
    await exportNow();
    const other = { ...exportJob, activityId: "00000000-0000-4000-8000-000000000009", name: "Other" };
    await define(ports, "job", other.activityId, other);
    expect(await rowsOf(await exportNow(other))).toEqual(["10,,,"]);

    const german = await useJob({ company: "DEMF" });
    await importFile(ports, "CustomerGroupId\r\n50\r\n", {}, { ...(await jobOf(importJobId)), company: "DEMF" });
    expect(await rowsOf(await exportNow(german))).toEqual(["50,,,"]);
    await useJob({ company: "USMF" });
    expect((await exportNow()).totalRecords).toBe(0);
  });

  const jobOf = async (activityId: string) => (await ports.definitions.find("job", activityId))!.value;

  test("is full again after the entity was emptied, since what went is no longer known one by one", async () => {
    await store("10", "20");
    await exportNow();
    await defineLines(ports, [{ truncateFirst: true }]);
    await store("20");
    const message = await exportNow();

    expect(await rowsOf(message)).toEqual(["20,,,"]);
    expect((await ports.executions.find(message.executionId!))!.entities[0]).toMatchObject({ refresh: "full" });
  });

  test("delivers the same changes again when its run failed before the package was on offer", async () => {
    await store("10");
    const failing: TestPorts = {
      ...ports,
      messages: {
        ...ports.messages,
        replace: (stored, next, beside) =>
          beside?.watermarks ? Promise.reject(new Error("503")) : ports.messages.replace(stored, next, beside),
      },
    };
    const begun = await beginExport(ports, exportJob, ports.clock.now());
    await expect(exportMessage(failing, exportJobId, begun.messageId)).rejects.toThrow("503");
    expect(await ports.messages.findWatermarks(exportJobId)).toEqual({});
    await exportMessage(ports, exportJobId, begun.messageId);

    const message = (await newestExport(ports, exportJob))!;
    expect(message).toMatchObject({ state: "Enqueued", attempts: 2 });
    expect(message.lastError).toBeUndefined();
    expect(await rowsOf(message)).toEqual(["10,,,"]);
  });

  test("of an entity without change tracking is full", async () => {
    const entity: DataEntity = { ...customerGroups, isChangeTracked: false };
    await define(ports, "entity", entity.name, entity);
    await store("10");
    await exportNow();

    expect(await rowsOf(await exportNow())).toEqual(["10,,,"]);
  });
});

describe("an export without records", () => {
  test("makes no file and is never handed out where the job prevents it", async () => {
    const message = await exportNow();

    expect(message).toMatchObject({ state: "Processed", totalRecords: 0 });
    expect(message.isFileUploaded).toBeUndefined();
    expect(await dequeueMessage(ports, exportJob)).toBeUndefined();
    const files = (await ports.files.list("outbound", "", { limit: 10 })).items;
    expect(files.filter(({ name }) => name.includes("/"))).toEqual([]);
  });

  test("is a package with header rows alone otherwise", async () => {
    const job = await useJob({ preventUploadAtZeroRecords: false });
    const message = await exportNow(job);

    expect((await exportedFiles(ports, message)).get("Customer groups.csv")).toBe(header);
    expect(await dequeueMessage(ports, job)).toMatchObject({ id: message.id });
  });
});

describe("two runs of one job", () => {
  test("never overlap: the later one waits in the ledger", async () => {
    await store("10");
    await beginExport(ports, exportJob, ports.clock.now());
    await exportNow();

    const [occurrence] = (await ports.occurrences.list(exportJobId, { limit: 1 })).items;
    expect(occurrence).toMatchObject({ state: "due", reason: null });
    expect((await ports.messages.list(exportJobId, { limit: 10 })).items).toHaveLength(1);
  });

  test("never overlap either when the earlier one is a retry", async () => {
    await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, entity: "Gone" }] });
    const failed = await exportNow();
    expect(failed).toMatchObject({ state: "PostProcessingError", isFileUploaded: false });
    await define(ports, "project", exportProject.name, exportProject);
    await store("10");

    ports.advance(minute);
    const running = await beginExport(ports, exportJob, ports.clock.now());
    await expect(retryMessage(ports, exportJobId, failed.id, operator)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(running.messageId),
    });
    await exportMessage(ports, exportJobId, running.messageId);
    await retryMessage(ports, exportJobId, failed.id, operator);

    expect(await beginExport(ports, exportJob, ports.clock.now() + 1)).toEqual({ kind: "busy", messageId: failed.id });
    await ports.drain();
    expect((await ports.messages.findOutbound(exportJobId, failed.id))!.value).toMatchObject({
      run: 2,
      totalRecords: 0,
    });
  });
});

describe("a run that dies", () => {
  test("before its package is on offer is repeated by the upkeep once its lease has run out", async () => {
    await store("10");
    const begun = await beginExport(ports, exportJob, ports.clock.now());
    ports.advance(testSettings.leaseMs);
    await sweepClaims(ports);
    await ports.drain();

    expect((await ports.messages.findOutbound(exportJobId, begun.messageId))!.value.state).toBe("Enqueued");
  });

  test("right behind its commit gets its pointer and its end in the ledger from the upkeep", async () => {
    await store("10");
    const dying: TestPorts = { ...ports, outbox: { ...ports.outbox, send: () => Promise.reject(new Error("killed")) } };
    const { dueAt } = await runJobNow(ports, exportJobId, operator);
    const occurrence = () => ports.occurrences.find(exportJobId, dueAt);
    const messageId = await startOf(dueAt);
    await expect(exportMessage(dying, exportJobId, messageId)).rejects.toThrow("killed");
    expect(await dequeueMessage(ports, exportJob)).toBeUndefined();

    ports.advance(testSettings.leaseMs);
    await sweepClaims(ports);
    expect(await dequeueMessage(ports, exportJob)).toMatchObject({ id: messageId });
    expect((await occurrence())!.value).toMatchObject({ state: "finished", messageId });
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  /** Does the job's run, and leaves the export that it sent to the test. */
  async function startOf(dueAt: number): Promise<string> {
    const [item] = await ports.ground.queue("work").receive(1, minute);
    await ports.ground.queue("work").remove(item!.id, item!.popReceipt);
    await runJob(ports, exportJobId, dueAt);
    return (await newestExport(ports, exportJob))!.id;
  }

  test("too often is parked, and the ledger says why", async () => {
    const failing: TestPorts = {
      ...ports,
      entities: { ...ports.entities, openSnapshot: () => Promise.reject(new Error("503")) },
    };
    const begun = await beginExport(ports, exportJob, ports.clock.now());
    for (let attempt = 0; attempt < exportJob.attemptsMax; attempt += 1) {
      await expect(exportMessage(failing, exportJobId, begun.messageId)).rejects.toThrow("503");
    }
    await exportMessage(ports, exportJobId, begun.messageId);

    const { value } = (await ports.messages.findOutbound(exportJobId, begun.messageId))!;
    expect(value).toMatchObject({ state: "PostProcessingError", isFileUploaded: false, lastError: "503" });
    expect(value.parked?.reason).toBe("Given up after 3 attempts. Last error: 503");
  });

  test("and that the host gave up on gets the attempts that the job has left", async () => {
    await store("10");
    const failing: TestPorts = {
      ...ports,
      entities: { ...ports.entities, openSnapshot: () => Promise.reject(new Error("503")) },
    };
    const { messageId } = await beginExport(ports, exportJob, ports.clock.now());
    await expect(exportMessage(failing, exportJobId, messageId)).rejects.toThrow("503");
    await abandonWork(ports, { kind: "exportMessage", activityId: exportJobId, messageId });
    expect(await ports.drain()).toEqual([]);
    ports.advance(minute);
    await ports.drain();

    expect((await ports.messages.findOutbound(exportJobId, messageId))!.value.state).toBe("Enqueued");
  });
});

describe("a value that the format cannot hold", () => {
  const nameOf = async (changes: Partial<DelimitedFormat>, value: string, mapped: Partial<EntityLine> = {}) => {
    await importFile(ports, `CustomerGroupId,Description\r\nok,fine\r\nKey-7,"${value}"\r\n`);
    const format = {
      kind: "delimited",
      columnDelimiter: "comma",
      textQualifier: '"',
      codePage: 65001,
      hasHeader: true,
    };
    await define(ports, "format", "Own", { ...format, ...changes, name: "Own" } as DelimitedFormat);
    await useLine({ format: "Own", ...mapped });
    return exportNow();
  };

  test("ends the export with the record's key and field as they are stored, for people alone", async () => {
    const message = await nameOf({ codePage: 1252 }, "Zoë 山");

    const text =
      'Customer groups.csv: Record "Key-7", field "DESCRIPTION", holds U+5C71, which code page 1252 cannot write. ' +
      "Choose CSV-Unicode or code page 65001.";
    expect(message).toMatchObject({ state: "PostProcessingError", lastError: text });
    expect(await ports.executions.find(message.executionId!)).toMatchObject({ failure: text });
    expect(JSON.stringify(ports.logged)).not.toMatch(/Key-7|key-7|U\+5C71/u);
  });

  test("is named so as well where it would tear its row", async () => {
    const message = await nameOf({ textQualifier: null }, "a,b");

    expect(message.lastError).toMatch(/^Customer groups\.csv: Record "Key-7", field "DESCRIPTION", holds a column/u);
  });

  test("is named by the key in the form that is compared where the file has no key", async () => {
    const fieldMap = [{ field: "DESCRIPTION", column: "What", ignoreBlank: false }];
    const message = await nameOf({ codePage: 1252 }, "山", { fieldMap });

    expect(message.lastError).toContain('Record "key-7", field "DESCRIPTION", holds U+5C71');
  });

  test("is named by its column where it is a default value", async () => {
    const fieldMap = [
      { field: "CUSTOMERGROUPID", column: "Id", ignoreBlank: false },
      { field: "CREDITLIMIT", column: "Limit", defaultValue: "山", ignoreBlank: false },
    ];
    const message = await nameOf({ codePage: 1252 }, "fine", { fieldMap });

    expect(message.lastError).toContain('The default value of column "Limit" holds U+5C71');
  });
});
