import { beforeEach, describe, expect, test } from "vitest";
import { removeProject } from "../../shared/usecases/definitions/removeDefinition.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { projectRunsId, isProjectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { executionIdOf } from "../../shared/usecases/orders/requestedId.ts";
import { importNow } from "../../shared/usecases/runs/importNow.ts";
import {
  bytesOf,
  exportProject,
  importJob,
  importJobId,
  importProject,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { plainUpload, push, runNow, upkeep } from "./world.ts";

const csv = "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n20,Retail\n";
const wish = { project: importProject.name, source: "file", company: "USMF" } as const;
let ports: TestPorts;

const start = (changes: object = {}, upload: object = {}) =>
  importNow(ports, { ...wish, ...changes }, { ...plainUpload, body: bytesOf(csv), ...upload }, operator);

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
});

describe("an import that no recurring job started", () => {
  test("goes through its project at once, under the execution that it was answered with", async () => {
    const { messageId, executionId } = await start();
    expect(await ports.executions.find(executionId!)).toMatchObject({ messageId, project: importProject.name });
    await ports.drain();
    const stored = await ports.messages.findInbound(projectRunsId(importProject.name), messageId);
    expect(stored?.value).toMatchObject({ state: "Processed", executionId });
    expect(await ports.executions.find(executionId!)).toMatchObject({ entities: [{ created: 2, failed: 0 }] });
  });

  test("is found by the upkeep when the one who started it died before pointing at it", async () => {
    const send = ports.work.send.bind(ports.work);
    ports.work.send = () => Promise.reject(new Error("the process ends here"));
    await expect(start()).rejects.toThrow("the process ends here");
    ports.work.send = send;
    ports.advance(60 * 60_000);
    await upkeep(ports);
    const { items } = await ports.messages.list(projectRunsId(importProject.name), { limit: 10 });
    expect(items).toMatchObject([{ state: "Processed" }]);
  });

  test("is one run for one Idempotency-Key", async () => {
    const first = await start({}, { idempotencyKey: "one" });
    await ports.drain();
    ports.advance(60_000);
    expect(await start({}, { idempotencyKey: "one" })).toEqual(first);
    const trail = await ports.audit.list({}, { limit: 10 });
    expect(trail.items).toMatchObject([{ action: "run", at: noon, target: importProject.name }]);
    const { items } = await ports.messages.list(projectRunsId(importProject.name), { limit: 10 });
    expect(items).toHaveLength(1);
  });

  test("is one run for one execution id, which is found by it, and other bytes under it are refused", async () => {
    const requestedId = "P-2026-11-26_12-30-00-7e5d3c0a-5e2b-4a39-8f0d-0123456789ab";
    const first = await start({ requestedId });
    expect(first.executionId).toBe(executionIdOf(requestedId));
    expect(await start({ requestedId })).toEqual(first);
    await expect(start({ requestedId, execute: false })).rejects.toMatchObject({ code: "unprocessable" });
    await expect(start({ requestedId }, { body: bytesOf("OTHER") })).rejects.toMatchObject({ code: "unprocessable" });
    await ports.drain();
    expect(await start({ requestedId })).toEqual(first);
    expect(await ports.executions.find(executionIdOf(requestedId))).toMatchObject({ messageId: first.messageId });
    expect((await ports.messages.list(projectRunsId(importProject.name), { limit: 10 })).items).toHaveLength(1);
  });

  test("stops in staging where that is asked for, though its lines skip it", async () => {
    const { executionId } = await start({ execute: false });
    await ports.drain();
    expect(await ports.executions.find(executionId!)).toMatchObject({ entities: [{ status: "staged", created: 0 }] });
  });

  test("leaves no execution behind when it is refused late", async () => {
    const requestedId = "late";
    Object.assign(ports.messages, {
      async insertInbound() {
        await ports.definitions.remove(
          "project",
          importProject.name,
          (await ports.definitions.find("project", importProject.name))!.etag,
        );
        return undefined;
      },
    });
    await expect(start({ requestedId })).rejects.toMatchObject({ code: "notFound" });
    expect(await ports.executions.find(executionIdOf(requestedId))).toBeUndefined();
  });

  test("keeps its project from being deleted until it has ended", async () => {
    await start();
    const remove = () => removeProject(ports, importProject.name, "any", operator);
    await expect(remove()).rejects.toMatchObject({ code: "conflict" });
    await ports.drain();
    await remove();
    await expect(start()).rejects.toMatchObject({ code: "notFound" });
  });

  test("runs again from its bytes, by its own order, when it failed and somebody asks", async () => {
    const { messageId, executionId } = await start({}, { body: bytesOf("NOTHING\n1\n") });
    await ports.drain();
    const activityId = projectRunsId(importProject.name);
    await retryMessage(ports, activityId, messageId, operator);
    await ports.drain();
    const { value } = (await ports.messages.findInbound(activityId, messageId))!;
    expect(value).toMatchObject({ state: "PreProcessingError", run: 2, earlierExecutionIds: [executionId] });
    await removeProject(ports, importProject.name, "any", operator);
    await expect(retryMessage(ports, activityId, messageId, operator)).rejects.toMatchObject({ code: "conflict" });
  });

  describe("and a recurring job of the same project", () => {
    const mixed = "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n,none\n";
    const byJob = () => push(ports, mixed, {}, importJob);
    const byHand = (changes: object = {}) => start(changes, { body: bytesOf(mixed) });
    const conflict = (messageId: string) => ({ code: "conflict", message: expect.stringContaining(messageId) });

    test("do not write their older values over each other's newer ones when they are retried", async () => {
      const own = (await byHand()).messageId;
      await ports.drain();
      ports.advance(60_000);
      const later = await byJob();
      await runNow(ports);
      const retried = retryMessage(ports, projectRunsId(importProject.name), own, operator);
      await expect(retried).rejects.toMatchObject(conflict(later));

      ports.advance(60_000);
      const last = (await byHand()).messageId;
      await ports.drain();
      await expect(retryMessage(ports, importJobId, later, operator)).rejects.toMatchObject(conflict(last));
    });

    test("do not stand in each other's way with what came before, or is of another company", async () => {
      const before = await byJob();
      await runNow(ports);
      ports.advance(60_000);
      const own = (await byHand({ company: "DEMF" })).messageId;
      await ports.drain();
      await retryMessage(ports, projectRunsId(importProject.name), own, operator);
      ports.advance(60_000);
      await byHand({ company: "DEMF" });
      await ports.drain();

      await retryMessage(ports, importJobId, before, operator);
      const { value } = (await ports.messages.findInbound(importJobId, before))!;
      expect(value).toMatchObject({ state: "Enqueued", run: 2 });
    });
  });

  test("stays parked, however old it is, for as long as there is its project", async () => {
    const { messageId } = await start({}, { body: bytesOf("NOTHING\n1\n") });
    await ports.drain();
    const activityId = projectRunsId(importProject.name);
    const { value, etag } = (await ports.messages.findInbound(activityId, messageId))!;
    await ports.messages.replace({ value, etag }, { ...value, parked: { at: noon, reason: "as a test wants it" } });
    ports.advance(3 * ports.settings.retentionMs);
    await upkeep(ports);
    expect(await ports.messages.find(activityId, messageId)).toBeDefined();
  });

  test.each([
    ["a project that is not there", { project: "Nothing" }, "notFound"],
    ["a project that exports", { project: exportProject.name }, "invalid"],
    ["records per company without a company", { company: undefined }, "invalid"],
    ["a company that is none", { company: "TOO LONG" }, "invalid"],
    ["a file as a package", { source: "package" }, "invalid"],
  ])("is refused for %s, and leaves nothing", async (_what, changes, code) => {
    await expect(start(changes)).rejects.toMatchObject({ code });
    const { items } = await ports.messages.list(projectRunsId(importProject.name), { limit: 10 });
    expect(items).toEqual([]);
  });
});

test("the place of a project's runs is the same whatever the case of its name, and none that a job has", () => {
  expect(projectRunsId("Customer Groups")).toBe(projectRunsId("customer groups"));
  expect(projectRunsId("Customer Groups")).not.toBe(projectRunsId("Customers"));
  expect(isProjectRunsId(projectRunsId("Customer Groups"))).toBe(true);
  expect(isProjectRunsId(importJobId)).toBe(false);
});
