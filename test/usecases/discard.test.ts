import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { deleteJob } from "../../shared/usecases/operate/deleteJob.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { discardOpen } from "../../shared/usecases/operate/discardOpen.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { getJobStatus } from "../../shared/usecases/watch/getJobStatus.ts";
import { listMessages } from "../../shared/usecases/watch/listMessages.ts";
import {
  exportJob,
  exportJobId,
  exportProject,
  importJob,
  importJobId,
  line,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, importFile, look, newestExport, push, recordsOf, runNow, textOf, upkeep } from "./world.ts";

const manager = {
  applicationId: "00000000-0000-4000-8000-0000000000d1",
  person: { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" },
};
const reason = "Sent twice.";
const good = "CustomerGroupId\r\n10\r\n";
const wrong = "Wrong\r\n1\r\n";
const minute = 60_000;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const discardOne = (id: string, activityId = importJobId) => discardMessage(ports, activityId, id, manager, reason);
const stateOf = async (id: string, activityId = importJobId) =>
  (await ports.messages.find(activityId, id))!.value.state;

async function useJob(job: RecurringJob): Promise<RecurringJob> {
  await define(ports, "job", job.activityId, job);
  return job;
}

/** A full export, of which the next one is one more. */
async function exportOnce() {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, refreshType: "full" }] });
  await useJob({ ...exportJob, preventUploadAtZeroRecords: false });
  ports.advance(minute);
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!;
}

describe("a waiting message that is discarded", () => {
  test("is never processed, and everybody who asks is told", async () => {
    const id = await push(ports, good);
    await discardOne(id);
    await runNow(ports);

    expect(await recordsOf(ports)).toEqual([]);
    expect((await look(ports, id)).message).toMatchObject({
      state: "Discarded",
      discarded: { ...manager, reason },
    });
    const status = await getJobStatus(ports, importJobId, id);
    expect(status.completedAt).toBe(ports.clock.now());
    expect(status.log).toBe(`Discarded by an operator, and processed no further: ${reason}`);
    expect((await listMessages(ports, importJobId, "Discarded", { limit: 10 })).items.map((item) => item.id)).toEqual([
      id,
    ]);
    expect(await ports.openMessages.list(importJobId, 10)).toEqual([]);
  });

  test("although a worker is told to import it, is not", async () => {
    const id = await push(ports, good);
    await discardOne(id);
    await importMessage(ports, importJobId, id);

    expect(await stateOf(id)).toBe("Discarded");
  });

  test("keeps its bytes until its retention ends, which begins with the discard", async () => {
    const id = await push(ports, good);
    ports.advance(3 * testSettings.retentionMs);
    await discardOne(id);
    ports.advance(testSettings.retentionMs);
    await upkeep(ports);
    expect(await textOf(ports.files.read("inbound", id))).toBe(good);

    ports.advance(24 * 60 * minute + 1);
    await upkeep(ports);
    expect(await ports.messages.find(importJobId, id)).toBeUndefined();
    expect(await ports.files.findFacts("inbound", id)).toBeUndefined();
  });

  test("stays so for good: the reason that came first counts, and no retry brings it back", async () => {
    const id = await push(ports, good);
    await discardOne(id);
    await discardMessage(ports, importJobId, id, operator, "Another reason.");

    expect((await look(ports, id)).message.discarded).toMatchObject({ ...manager, reason });
    await expect(retryMessage(ports, importJobId, id, manager)).rejects.toMatchObject({ code: "conflict" });
  });

  test("leaves its place in an ordered line to the next one", async () => {
    const job = await useJob({ ...importJob, isOrdered: true });
    const [first, second] = [await push(ports, good, {}, job), await push(ports, good, {}, job)];
    await discardOne(first);
    await runNow(ports, job);

    expect([await stateOf(first), await stateOf(second)]).toEqual(["Discarded", "Processed"]);
  });
});

describe("a failed head that blocks its ordered job", () => {
  test("blocks it no longer once it is discarded, in the same moment", async () => {
    const job = await useJob({ ...importJob, isOrdered: true, onHeadError: "block" });
    const { message } = await importFile(ports, wrong, {}, job);
    const behind = await push(ports, good, {}, job);
    expect((await ports.messages.findProgress(importJobId))!.value.blockedBy).toBe(message.id);
    // The work that follows is lost, and the job is free all the same.
    const dying = { ...ports, work: { send: () => Promise.reject(new Error("killed")) } };
    await expect(discardMessage(dying, importJobId, message.id, manager, reason)).rejects.toThrow("killed");

    expect((await ports.messages.findProgress(importJobId))!.value.blockedBy).toBeUndefined();
    expect((await getJobStatus(ports, importJobId, message.id)).message.state).toBe("Discarded");
    await runNow(ports, job);
    expect(await stateOf(behind)).toBe("Processed");
  });

  test("lets the next one go on at once", async () => {
    const job = await useJob({ ...importJob, isOrdered: true, onHeadError: "block" });
    const { message } = await importFile(ports, wrong, {}, job);
    const behind = await push(ports, good, {}, job);
    await discardOne(message.id);
    await ports.drain();

    expect(await stateOf(behind)).toBe("Processed");
  });
});

describe("a message that somebody is at", () => {
  test("is not discarded while a worker has it, and is when its attempt has failed", async () => {
    const id = await push(ports, good);
    const codes: unknown[] = [];
    const upsert: TestPorts["entities"]["upsert"] = async () => {
      codes.push(await discardOne(id).catch((error: { readonly code: string }) => error.code));
      codes.push(await discardOpen(ports, importJobId, manager, { reason }));
      throw new Error("no");
    };
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id).catch(() => undefined);
    const skipped = [{ messageId: id, why: expect.stringContaining("held by a worker") }];
    expect(codes).toEqual(["conflict", { discarded: [], skipped, remaining: 0 }]);
    expect(await stateOf(id)).toBe("Enqueued");
    await discardOne(id);

    const { message, execution } = await look(ports, id);
    expect(message.state).toBe("Discarded");
    expect(execution).toMatchObject({ failure: `Discarded: ${reason}`, finishedAt: ports.clock.now() });
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("is not discarded when all of it is stored already, and ends as what it is", async () => {
    const id = await push(ports, good);
    const upsert: TestPorts["entities"]["upsert"] = async (...records) => {
      await ports.entities.upsert(...records);
      throw new Error("the answer is lost");
    };
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id).catch(() => undefined);

    await expect(discardOne(id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("stored all"),
    });
    await importMessage(ports, importJobId, id);
    expect(await stateOf(id)).toBe("Processed");
  });

  test("that its worker left behind is discarded, and what that worker still commits never takes effect", async () => {
    const id = await push(ports, good);
    const upsert: TestPorts["entities"]["upsert"] = async (...records) => {
      ports.advance(2 * testSettings.leaseMs);
      await discardOne(id);
      return ports.entities.upsert(...records);
    };
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id);

    expect(await stateOf(id)).toBe("Discarded");
    expect(await recordsOf(ports)).toEqual([]);
  });

  test("and that a worker takes in the moment of the discard belongs to one of them", async () => {
    const id = await push(ports, good);
    let isTaken = false;
    const replace: TestPorts["messages"]["replace"] = async (stored, next, beside) => {
      if (!isTaken && next.state === "Discarded") {
        isTaken = true;
        await importMessage(ports, importJobId, id);
      }
      return ports.messages.replace(stored, next, beside);
    };
    const slow = { ...ports, messages: { ...ports.messages, replace } };

    await expect(discardMessage(slow, importJobId, id, manager, reason)).rejects.toMatchObject({ code: "conflict" });
    expect(await stateOf(id)).toBe("Processed");
  });

  test("of another job, or of none, is not found", async () => {
    const id = await push(ports, good);

    await expect(discardOne(id, exportJobId)).rejects.toMatchObject({ code: "notFound" });
    await expect(discardOne(manager.applicationId)).rejects.toMatchObject({ code: "notFound" });
  });
});

describe("an export that is discarded", () => {
  test("is handed out to nobody, and its pointer goes with the next dequeue", async () => {
    const { id } = await exportOnce();
    await discardOne(id, exportJobId);

    expect(await dequeueMessage(ports, exportJob)).toBeUndefined();
    ports.advance(31 * minute);
    expect(await dequeueMessage(ports, exportJob)).toBeUndefined();
    expect(await stateOf(id, exportJobId)).toBe("Discarded");
  });

  test("while a client has it refuses that client's download and ack, and says why", async () => {
    await exportOnce();
    const { id, delivery } = (await dequeueMessage(ports, exportJob))!;
    await discardOne(id, exportJobId);

    const download = downloadMessage(ports, exportJobId, id, delivery!.correlationId);
    await expect(download).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("discarded") });
    const ack = acknowledgeMessage(ports, exportJob, delivery!);
    await expect(ack).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("discarded") });
    ports.advance(31 * minute);
    expect(await dequeueMessage(ports, exportJob)).toBeUndefined();
  });

  test("goes with its package when its retention has ended, and leaves the next run alone", async () => {
    const { id } = await exportOnce();
    await discardOne(id, exportJobId);
    const next = await exportOnce();
    ports.advance(testSettings.retentionMs + minute);
    await upkeep(ports);

    expect(await ports.messages.find(exportJobId, id)).toBeUndefined();
    const files = (await ports.files.list("outbound", "", { limit: 10 })).items.map(({ name }) => name);
    expect(new Set(files)).toEqual(new Set([next.id, next.file]));
    expect((await dequeueMessage(ports, exportJob))!.id).toBe(next.id);
  });

  test("before its run has ended gives its turn to the run that waits", async () => {
    const { dueAt } = await runJobNow(ports, exportJobId, manager);
    const begun = await beginExport(ports, exportJob, dueAt);
    const { dueAt: next } = await runJobNow(ports, exportJobId, manager);
    await discardOne(begun.messageId, exportJobId);
    await ports.drain();

    const rows = await Promise.all([dueAt, next].map((due) => ports.occurrences.find(exportJobId, due)));
    expect(rows.map((row) => row!.value)).toMatchObject([
      { state: "finished", reason: `Discarded: ${reason}`, messageId: begun.messageId },
      { state: "finished", reason: null },
    ]);
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("that failed is not run again", async () => {
    await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, entity: "Gone" }] });
    await runNow(ports, exportJob);
    const { id } = (await newestExport(ports, exportJob))!;
    await discardOne(id, exportJobId);

    await expect(retryMessage(ports, exportJobId, id, manager)).rejects.toMatchObject({ code: "conflict" });
  });
});

/** One that waits, one whose attempt failed, and one that is parked. */
async function openImports(): Promise<readonly [waiting: string, begun: string, parked: string]> {
  const [waiting, begun, parked] = [await push(ports, good), await push(ports, good), await push(ports, good)];
  const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("no")) } };
  await importMessage(failing, importJobId, begun).catch(() => undefined);
  for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
    await importMessage(failing, importJobId, parked).catch(() => undefined);
  }
  return [waiting, begun, parked];
}

describe("what a job has open, discarded together,", () => {
  const discardAll = (wish: Partial<Parameters<typeof discardOpen>[3]> = {}, activityId = importJobId) =>
    discardOpen(ports, activityId, manager, { reason, ...wish });

  test("is what waits, begun or not, and what is parked", async () => {
    const open = await openImports();
    const answer = await discardAll();

    expect(answer).toEqual({ discarded: open, skipped: [], remaining: 0 });
    for (const id of open) expect(await stateOf(id)).toBe("Discarded");
  });

  test("is only what stands so, and has for so long, where somebody asks for that", async () => {
    const [waiting, begun, parked] = await openImports();
    ports.advance(minute);
    const late = await push(ports, good);

    expect((await discardAll({ standing: "offered" })).discarded).toEqual([]);
    expect((await discardAll({ standing: "parked" })).discarded).toEqual([parked]);
    expect((await discardAll({ standing: "waiting", before: ports.clock.now() })).discarded).toEqual([waiting, begun]);
    expect(await stateOf(late)).toBe("Enqueued");
  });

  test("is not what somebody retried in the meantime, where what is parked is meant", async () => {
    const [, , parked] = await openImports();
    const list: TestPorts["openMessages"]["list"] = async (...job) => {
      const open = await ports.openMessages.list(...job);
      await retryMessage(ports, importJobId, parked, operator);
      return open;
    };
    const racing = { ...ports, openMessages: { ...ports.openMessages, list } };
    const answer = await discardOpen(racing, importJobId, manager, { reason, standing: "parked" });

    expect(answer).toMatchObject({ discarded: [], skipped: [{ messageId: parked }], remaining: 0 });
    expect(await stateOf(parked)).toBe("Enqueued");
  });

  test("is a hundred at a time, and a repeat goes on with what is left", async () => {
    for (let index = 0; index < 105; index += 1) await push(ports, good);
    const first = await discardAll();
    const second = await discardAll();

    expect([first.discarded.length, first.remaining]).toEqual([100, 5]);
    expect([second.discarded.length, second.remaining]).toEqual([5, 0]);
  });

  test("is every export that nobody acknowledged", async () => {
    const [one, other] = [await exportOnce(), await exportOnce()];
    await dequeueMessage(ports, exportJob);

    expect([...(await discardAll({}, exportJobId)).discarded].toSorted()).toEqual([one.id, other.id].toSorted());
  });
});

describe("a job that nobody empties", () => {
  const remove = (id: string, isDiscarding: boolean) => deleteJob(ports, id, "any", manager, { isDiscarding });

  test("is deleted with all that it has open, once it is disabled, when somebody asks for that", async () => {
    const exported = await exportOnce();
    await dequeueMessage(ports, exportJob);
    await expect(remove(exportJobId, true)).rejects.toMatchObject({
      message: expect.stringContaining("isEnabled false"),
    });
    expect(await stateOf(exported.id, exportJobId)).toBe("Dequeued");
    await useJob({ ...exportJob, isEnabled: false });
    const refused = remove(exportJobId, false);
    await expect(refused).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("?discard=true"),
    });
    await expect(refused).rejects.toThrow(`/${exportJobId}/messages/discard`);

    await remove(exportJobId, true);
    expect(await ports.definitions.find("job", exportJobId)).toBeUndefined();
    expect((await ports.messages.find(exportJobId, exported.id))!.value).toMatchObject({
      state: "Discarded",
      discarded: { ...manager, reason: "The recurring data job was deleted." },
    });
  });

  test("is not deleted while a worker holds a message", async () => {
    const [, begun] = await openImports();
    await useJob({ ...importJob, isEnabled: false });
    let refused: unknown;
    const upsert: TestPorts["entities"]["upsert"] = async (...records) => {
      refused = await remove(importJobId, true).catch((error: Error) => error.message);
      return ports.entities.upsert(...records);
    };
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, begun);

    expect(refused).toContain("0 messages wait, 1 are in process");
    expect(await stateOf(begun)).toBe("Processed");
    await remove(importJobId, true);
    expect(await ports.definitions.find("job", importJobId)).toBeUndefined();
  });

  test("keeps all that it has open for a caller who knows another version of it", async () => {
    const [waiting] = await openImports();
    await useJob({ ...importJob, isEnabled: false });
    const stale = deleteJob(ports, importJobId, ["another"], manager, { isDiscarding: true });

    await expect(stale).rejects.toMatchObject({ code: "preconditionFailed" });
    expect(await stateOf(waiting)).toBe("Enqueued");
  });
});
