import { beforeEach, describe, expect, test } from "vitest";
import { executionState } from "../../shared/domain/execution.ts";
import { summaryStatus } from "../../shared/domain/executionSummary.ts";
import type { Message, Ports } from "../../shared/ports.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { cancelExecution } from "../../shared/usecases/operate/cancelRun.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { exportNow } from "../../shared/usecases/runs/exportNow.ts";
import { importNow } from "../../shared/usecases/runs/importNow.ts";
import { bytesOf, exportProject, importProject, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { plainUpload, recordsOf, upkeep } from "./world.ts";

const imports = projectRunsId(importProject.name);
const exports = projectRunsId(exportProject.name);
const csv = "CUSTOMERGROUPID\n10\n20\n";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
});

const startImport = () =>
  importNow(
    ports,
    { project: importProject.name, source: "file", company: "USMF" },
    { ...plainUpload, body: bytesOf(csv) },
    operator,
  );
const startExport = (more: object = {}) =>
  exportNow(ports, { project: exportProject.name, company: "USMF", ...more }, operator);
const cancel = (executionId: string | undefined, by: Ports = ports) => cancelExecution(by, executionId!, operator);
const found = async (activityId: string, messageId: string): Promise<Message> =>
  (await ports.messages.find(activityId, messageId))!.value;

/** A worker on the message that stops in front of a call, and goes on when somebody has acted. */
function worker(activityId: string, messageId: string, held: (host: Ports, act: () => Promise<void>) => Ports) {
  const kind = activityId === imports ? "importMessage" : "exportMessage";
  return async (act: () => Promise<void>) => {
    let isOver = false;
    const once = async () => {
      if (isOver) return;
      isOver = true;
      await act();
    };
    await doWork(held(ports, once), { kind, activityId, messageId });
    expect(isOver).toBe(true);
  };
}

describe("the run that is canceled", () => {
  test("while it waits never begins", async () => {
    const { messageId, executionId } = await startImport();
    expect(await cancel(executionId)).toMatchObject({ canceled: operator });
    await ports.drain();
    expect(await found(imports, messageId)).toMatchObject({ state: "Discarded", discarded: { isCanceled: true } });
    expect(await recordsOf(ports)).toEqual([]);
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("while a worker has it brings nothing, though that worker goes on", async () => {
    const { messageId, executionId } = await startImport();
    const work = worker(imports, messageId, (host, act) => ({
      ...host,
      entities: {
        ...host.entities,
        upsert: async (...given) => {
          await act();
          return host.entities.upsert(...given);
        },
      },
    }));
    await work(async () => void (await cancel(executionId)));
    expect(await recordsOf(ports)).toEqual([]);
    const execution = (await ports.executions.find(executionId!))!;
    expect([executionState(execution), summaryStatus(execution)]).toEqual(["canceled", "Canceled"]);
    ports.advance(60 * 60_000);
    await upkeep(ports);
    expect(await found(imports, messageId)).toMatchObject({ state: "Discarded" });
    expect(await recordsOf(ports)).toEqual([]);
  });

  test("as an export leaves the changes to be delivered, though its file was stored", async () => {
    const { messageId } = await startImport();
    await ports.drain();
    expect(await found(imports, messageId)).toMatchObject({ state: "Processed" });
    const started = await startExport();
    const work = worker(exports, started.messageId, (host, act) => ({
      ...host,
      files: {
        ...host.files,
        async store(...given) {
          const stored = await host.files.store(...given);
          await act();
          return stored;
        },
      },
    }));
    await work(async () => void (await cancel(started.executionId)));
    const canceled = await found(exports, started.messageId);
    expect(canceled).toMatchObject({ state: "Discarded", discarded: { isCanceled: true } });
    expect(canceled).not.toHaveProperty("file");
    expect(await ports.messages.findWatermarks(exports)).toEqual({});
    ports.advance(2 * ports.settings.retentionMs);
    await upkeep(ports);
    expect((await ports.files.list("outbound", "", { limit: 10 })).items).toEqual([]);
  });

  test("twice is canceled once", async () => {
    const { executionId } = await startImport();
    const [one, other] = await Promise.all([cancel(executionId), cancel(executionId)]);
    expect(one.canceled).toEqual(other.canceled);
    const { items } = await ports.audit.list({}, { limit: 10 });
    expect(items.filter(({ action }) => action === "cancel")).toHaveLength(1);
  });

  test("is never one that has ended, nor one whose message has run again since", async () => {
    const { messageId, executionId } = await startImport();
    await ports.drain();
    await expect(cancel(executionId)).rejects.toMatchObject({ code: "conflict" });
    expect(await ports.executions.find(executionId!)).not.toHaveProperty("canceled");
    await retryMessage(ports, imports, messageId, operator).catch(() => undefined);
    const failed = await startExport({ requestedId: "P-1" });
    await ports.drain();
    await startExport({ requestedId: "P-1", isRepeated: true });
    await expect(cancel(failed.executionId)).rejects.toMatchObject({ code: "conflict" });
    await ports.drain();
    expect(await found(exports, failed.messageId)).toMatchObject({ state: "Processed", run: 2 });
  });

  test("ends as it is where its worker has stored all that it had", async () => {
    const { messageId, executionId } = await startImport();
    const work = worker(imports, messageId, (host, act) => ({
      ...host,
      entities: {
        ...host.entities,
        upsert: async (...given) => {
          const done = await host.entities.upsert(...given);
          await act();
          return done;
        },
      },
    }));
    await work(() => expect(cancel(executionId)).rejects.toMatchObject({ code: "conflict" }));
    expect(await found(imports, messageId)).toMatchObject({ state: "Processed" });
    expect(await recordsOf(ports)).toHaveLength(2);
  });

  test("ends as it is where its worker stored all that it had while it was being canceled", async () => {
    const { messageId, executionId } = await startImport();
    const work = worker(imports, messageId, (host, act) => ({
      ...host,
      entities: {
        ...host.entities,
        upsert: async (...given) => {
          const late: Ports = {
            ...ports,
            executions: {
              ...ports.executions,
              async takeOver(...asked) {
                await host.entities.upsert(...given);
                return ports.executions.takeOver(...asked);
              },
            },
          };
          await act();
          await expect(cancel(executionId, late)).rejects.toMatchObject({ code: "conflict" });
          return host.entities.upsert(...given);
        },
      },
    }));
    await work(() => Promise.resolve());
    await ports.drain();
    expect(await found(imports, messageId)).toMatchObject({ state: "Processed" });
    expect(await ports.executions.find(executionId!)).toMatchObject({ entities: [{ status: "finished", created: 2 }] });
    expect(await recordsOf(ports)).toHaveLength(2);
  });

  test("is never one whose worker has saved its end, and is about to end the message", async () => {
    await importNow(
      ports,
      { project: importProject.name, source: "file", company: "USMF" },
      { ...plainUpload, body: bytesOf(csv) },
      operator,
    );
    await ports.drain();
    const { messageId, executionId } = await startExport();
    const work = worker(exports, messageId, (host, act) => ({
      ...host,
      messages: {
        ...host.messages,
        async replace(stored, next, beside) {
          if (beside?.watermarks) await act();
          return host.messages.replace(stored, next, beside);
        },
      },
    }));
    await work(() => expect(cancel(executionId)).rejects.toMatchObject({ code: "conflict" }));
    expect(await found(exports, messageId)).toMatchObject({ state: "Processed", isFileUploaded: true });
    expect(executionState((await ports.executions.find(executionId!))!)).toBe("finished");
  });

  test("as an export of one's own may be asked for again", async () => {
    const { messageId, executionId } = await startExport({ requestedId: "P-1" });
    await cancel(executionId);
    expect(await startExport({ requestedId: "P-1" })).toEqual({ messageId, executionId });
    await startExport({ requestedId: "P-1", isRepeated: true });
    await ports.drain();
    const again = await found(exports, messageId);
    expect(again).toMatchObject({ state: "Processed", run: 2 });
    expect(again).not.toHaveProperty("discarded");
  });
});
