import { beforeEach, describe, expect, test } from "vitest";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import { removeProject } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { executionIdOf } from "../../shared/usecases/orders/requestedId.ts";
import { type ExportWish, exportNow } from "../../shared/usecases/runs/exportNow.ts";
import { exportProject, importJob, listedApplication, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { define, exportedFiles, importFile, upkeep } from "./world.ts";

const runs = projectRunsId(exportProject.name);
const asked = "P-2026-11-26_12-30-00-7E5D3C0A-5e2b-4a39-8f0d-0123456789ab";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, [importJob]);
  await importFile(ports, "CUSTOMERGROUPID\n10\n20\n30\n");
});

const start = (wish: Partial<ExportWish> = {}, by = operator) =>
  exportNow(ports, { project: exportProject.name, company: "USMF", ...wish }, by);

async function find(messageId: string): Promise<OutboundMessage> {
  return (await ports.messages.findOutbound(runs, messageId))!.value;
}

/** The ids of the groups that such an export writes. */
async function exported(wish: Partial<ExportWish> = {}): Promise<readonly string[]> {
  const { messageId } = await start(wish);
  await ports.drain();
  const text = (await exportedFiles(ports, await find(messageId))).get("Customer groups.csv")!;
  return text
    .trimEnd()
    .split("\r\n")
    .slice(1)
    .map((row) => row.split(",")[0]!);
}

describe("an export that no recurring job started", () => {
  test("ends with a package, under the execution that it was answered with, and closes no due time", async () => {
    const { messageId, executionId } = await start();
    expect(await ports.executions.find(executionId!)).toMatchObject({ messageId, project: exportProject.name });
    await ports.drain();
    expect(await find(messageId)).toMatchObject({
      state: "Processed",
      totalRecords: 3,
      isFileUploaded: true,
      executionId,
    });
    expect(await ports.executions.find(executionId!)).toMatchObject({
      entities: [{ exported: 3, status: "finished" }],
    });
    expect((await ports.occurrences.list(runs, { limit: 10 })).items).toEqual([]);
    expect(await ports.messages.findProgress(runs)).toBeUndefined();
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("is in the audit trail once for each time that it runs, however often it is asked for", async () => {
    const { messageId } = await start({ requestedId: asked });
    ports.advance(60_000);
    await start({ requestedId: asked });
    await ports.drain();
    await start({ requestedId: asked });
    ports.advance(60_000);
    await start({ requestedId: asked, isRepeated: true });
    await start({ requestedId: asked, isRepeated: true });

    const { items } = await ports.audit.list({ object: { kind: "project", target: exportProject.name } }, { limit: 9 });
    const entry = { action: "run", detail: messageId, applicationId: listedApplication };
    expect(items.filter(({ action }) => action === "run")).toMatchObject([
      { ...entry, at: noon + 120_000 },
      { ...entry, at: noon },
    ]);
  });

  test("yields what has changed since the last one of its project, where its lines say so", async () => {
    expect(await exported()).toEqual(["10", "20", "30"]);
    await importFile(ports, "CUSTOMERGROUPID\n40\n");
    expect(await exported()).toEqual(["40"]);
    expect(await exported()).toEqual([]);
  });

  test("yields all of it where that is asked for, and leaves the changes to be delivered", async () => {
    await exported();
    await importFile(ports, "CUSTOMERGROUPID\n40\n");
    expect(await exported({ refresh: "full" })).toEqual(["10", "20", "30", "40"]);
    expect(await exported({ recordsMax: 2, refresh: "full" })).toEqual(["10", "20"]);
    expect(await exported({ refresh: "incremental" })).toEqual(["40"]);
  });

  test("waits for no other one of its project", async () => {
    const [one, other] = [await start(), await start()];
    await ports.drain();
    expect([(await find(one.messageId)).state, (await find(other.messageId)).state]).toEqual([
      "Processed",
      "Processed",
    ]);
  });

  test("is one run for one execution id, however it is spelled, and another caller's or another order's is refused", async () => {
    const first = await start({ requestedId: asked });
    expect(first.executionId).toBe(executionIdOf(`"{${asked.toLowerCase()}}"`));
    expect(await start({ requestedId: asked.toUpperCase() })).toEqual(first);
    await ports.drain();
    expect(await start({ requestedId: asked })).toEqual(first);
    const other = { applicationId: listedApplication.replace("c1", "c2") };
    await expect(start({ requestedId: asked }, other)).rejects.toMatchObject({ code: "unprocessable" });
    await expect(start({ requestedId: asked, refresh: "full" })).rejects.toMatchObject({ code: "unprocessable" });
    expect((await ports.messages.list(runs, { limit: 10 })).items).toHaveLength(1);
  });

  test("has an execution id to itself, in whichever project", async () => {
    await start({ requestedId: asked });
    await define(ports, "project", "Another", { ...exportProject, name: "Another" });
    await expect(start({ project: "Another", requestedId: asked })).rejects.toMatchObject({ code: "unprocessable" });
    expect((await ports.messages.list(projectRunsId("Another"), { limit: 10 })).items).toEqual([]);
    await ports.drain();
  });

  test("runs again under its execution id where that is asked for, once it has ended", async () => {
    const first = await start({ requestedId: asked });
    expect(await start({ requestedId: asked, isRepeated: true })).toEqual(first);
    await ports.drain();
    const second = await start({ requestedId: asked, isRepeated: true });
    expect(second).toMatchObject({ messageId: first.messageId });
    expect(await find(first.messageId)).not.toHaveProperty("file");
    await ports.drain();
    expect(await find(first.messageId)).toMatchObject({ state: "Processed", run: 2, totalRecords: 0 });
    expect(await ports.executions.find(second.executionId!)).toMatchObject({ messageId: first.messageId });
  });

  test.each([
    ["which took its keys along", () => {}],
    [
      "before somebody has cleared its keys away",
      () => Object.assign(ports.idempotency, { removeBefore: async () => 0 }),
    ],
  ])("does not run again by a project that was made under the name since, %s", async (_when, keep) => {
    await start({ requestedId: asked });
    await ports.drain();
    keep();
    await removeProject(ports, exportProject.name, "any", operator);
    await saveProject(ports, exportProject, undefined, operator);
    const again = start({ requestedId: asked, isRepeated: true });
    await expect(again).rejects.toMatchObject({ code: "unprocessable" });
  });

  test("gives way, under its execution id, to the one who asks again where its request died before its message", async () => {
    const insert = ports.messages.insertOutbound.bind(ports.messages);
    Object.assign(ports.messages, { insertOutbound: () => Promise.reject(new Error("the process ends here")) });
    await expect(start({ requestedId: asked })).rejects.toThrow("the process ends here");
    Object.assign(ports.messages, { insertOutbound: insert });
    await expect(start({ requestedId: asked })).rejects.toMatchObject({ code: "conflict" });
    ports.advance(60_000);
    const { messageId } = await start({ requestedId: asked });
    await ports.drain();
    expect(await find(messageId)).toMatchObject({ state: "Processed" });
    expect(await ports.executions.find(executionIdOf(asked))).toMatchObject({ messageId });
  });

  test("leaves no execution behind where its request died before its message, and nobody asks again", async () => {
    Object.assign(ports.messages, { insertOutbound: () => Promise.reject(new Error("the process ends here")) });
    await expect(start({ requestedId: asked })).rejects.toThrow("the process ends here");
    expect(await ports.executions.find(executionIdOf(asked))).toBeDefined();
    ports.advance(60 * 60_000);
    await upkeep(ports);
    expect(await ports.executions.find(executionIdOf(asked))).toBeUndefined();
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("is found by the upkeep when the one who started it died before pointing at it", async () => {
    const send = ports.work.send.bind(ports.work);
    ports.work.send = () => Promise.reject(new Error("the process ends here"));
    await expect(start()).rejects.toThrow("the process ends here");
    ports.work.send = send;
    ports.advance(60 * 60_000);
    await upkeep(ports);
    expect((await ports.messages.list(runs, { limit: 10 })).items).toMatchObject([{ state: "Processed" }]);
  });

  test("keeps its project from being deleted while it runs, and its package goes with the retention", async () => {
    const { messageId } = await start();
    const remove = () => removeProject(ports, exportProject.name, "any", operator);
    await expect(remove()).rejects.toMatchObject({ code: "conflict" });
    await ports.drain();
    const { file } = await find(messageId);
    ports.advance(2 * ports.settings.retentionMs);
    await upkeep(ports);
    expect(await ports.messages.find(runs, messageId)).toBeUndefined();
    expect(await ports.files.findFacts("outbound", file!)).toBeUndefined();
    await remove();
  });

  test("is retried, when it failed, by its own order", async () => {
    const { messageId } = await start({ refresh: "full" });
    const disabled = exportProject.lines.map((line) => ({ ...line, isEnabled: false }));
    await define(ports, "project", exportProject.name, { ...exportProject, lines: disabled });
    await ports.drain();
    expect(await find(messageId)).toMatchObject({ state: "PostProcessingError" });
    await define(ports, "project", exportProject.name, exportProject);
    await retryMessage(ports, runs, messageId, operator);
    await ports.drain();
    expect(await find(messageId)).toMatchObject({ state: "Processed", totalRecords: 3, run: 2 });
  });

  test("leaves no execution behind where a repeat died before it began, and somebody retried it instead", async () => {
    const lines = exportProject.lines.map((line) => ({ ...line, isEnabled: false }));
    const { messageId } = await start({ requestedId: asked });
    await define(ports, "project", exportProject.name, { ...exportProject, lines });
    await ports.drain();
    await define(ports, "project", exportProject.name, exportProject);
    const replace = ports.messages.replace.bind(ports.messages);
    Object.assign(ports.messages, { replace: () => Promise.reject(new Error("the process ends here")) });
    await expect(start({ requestedId: asked, isRepeated: true })).rejects.toThrow("the process ends here");
    Object.assign(ports.messages, { replace });
    await retryMessage(ports, runs, messageId, operator);
    await ports.drain();
    const { executionId, earlierExecutionIds } = await find(messageId);
    const { items } = await ports.lists.listExecutions({ project: exportProject.name }, { limit: 10 });
    expect(new Set(items.map(({ id }) => id))).toEqual(new Set([executionId, ...earlierExecutionIds!]));
  });

  test.each([
    ["a project that imports", { project: "Customer group import" }, "invalid"],
    ["a project that is not there", { project: "Nothing" }, "notFound"],
    ["records per company without a company", { company: undefined }, "invalid"],
    ["an entity that the project has not", { entities: ["Customer groups", "Vendors"] }, "invalid"],
    ["no entity at all", { entities: [] }, "invalid"],
    ["an execution id that nobody can see", { requestedId: "\u200b" }, "invalid"],
    ["an execution id that is too long", { requestedId: "x".repeat(201) }, "invalid"],
  ])("is refused for %s, and leaves nothing", async (_what, wish, code) => {
    await expect(start(wish as Partial<ExportWish>)).rejects.toMatchObject({ code });
    expect((await ports.messages.list(runs, { limit: 10 })).items).toEqual([]);
  });
});
