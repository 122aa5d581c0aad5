import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { Unavailable } from "../../shared/ports/unavailable.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import type { ParkedWish } from "../../shared/usecases/operate/listParked.ts";
import { retryParked } from "../../shared/usecases/operate/retryParked.ts";
import { exportJob, exportJobId, importJob, importJobId, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importFile, look, push, recordsOf, runNow } from "./world.ts";

const job: RecurringJob = { ...importJob, attemptsMax: 1 };
const ordered: RecurringJob = { ...job, isOrdered: true };
const file = (description: string): string => `CustomerGroupId,Description\r\n10,${description}\r\n`;
let ports: TestPorts;

async function use(used: RecurringJob): Promise<void> {
  ports = memoryPorts();
  await seed(ports, [used]);
}

beforeEach(() => use(job));

/** Pushes files whose import fails until they are parked. */
async function parkAll(used: RecurringJob, error: string, ...names: readonly string[]): Promise<string[]> {
  const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error(error)) } };
  const ids: string[] = [];
  for (const name of names) {
    const id = await push(ports, file(name), {}, used);
    const work = used.isOrdered ? drainJob(failing, importJobId) : importMessage(failing, importJobId, id);
    await expect(work).rejects.toThrow(error);
    ids.push(id);
  }
  return ids;
}

const ask = (wish: ParkedWish = {}, activityId = importJobId) => retryParked(ports, activityId, operator, wish);
const runOf = async (messageId: string) => (await look(ports, messageId)).message.run;

describe("a retry of all parked messages of a job", () => {
  test("runs them again in the order of its line, and finds none at the next time", async () => {
    await use(ordered);
    const ids = await parkAll(ordered, "a defect", "first", "second", "third");

    expect(await ask()).toEqual({ retried: ids, skipped: [], remaining: 0 });
    expect(await ask()).toEqual({ retried: [], skipped: [], remaining: 0 });
    await ports.drain();
    expect(await recordsOf(ports)).toEqual([["10", "third", "", ""]]);
    const ended = ports.logged
      .filter(({ event }) => event === "message.finished")
      .map(({ facts }) => facts["messageId"]);
    expect(ended).toEqual(ids);
  });

  test("means those alone whose reason has the text in it", async () => {
    const [first] = await parkAll(job, "The disk is FULL.", "first");
    const [second] = await parkAll(job, "a defect", "second");

    expect(await ask({ reason: "disk is full" })).toEqual({ retried: [first], skipped: [], remaining: 0 });
    expect([await runOf(first!), await runOf(second!)]).toEqual([2, 1]);
  });

  test("skips what would bring older values back, and tells why, unless it is forced", async () => {
    const [first] = await parkAll(job, "a defect", "first");
    const second = (await importFile(ports, file("second"))).message.id;
    const [third] = await parkAll(job, "a defect", "third");

    const answer = await ask();
    expect(answer).toMatchObject({ retried: [third], skipped: [{ messageId: first }], remaining: 0 });
    expect(answer.skipped[0]!.why).toContain(second);
    expect(await ask({ isForced: true })).toMatchObject({ retried: [first], skipped: [] });
  });

  test("leaves what a person released as it is, unless its reason asks for it", async () => {
    const blocking: RecurringJob = { ...ordered, onHeadError: "block" };
    await use(blocking);
    const [head] = await parkAll(blocking, "a defect", "first");
    await releaseMessage(ports, importJobId, head!, operator);

    expect(await ask()).toEqual({ retried: [], skipped: [], remaining: 0 });
    expect(await ask({ reason: "released" })).toEqual({ retried: [head], skipped: [], remaining: 0 });
  });

  test("leaves what a person releases in the meantime", async () => {
    const blocking: RecurringJob = { ...ordered, onHeadError: "block" };
    await use(blocking);
    const [head] = await parkAll(blocking, "a defect", "first");
    let isReleased = false;
    const findGate: TestPorts["messages"]["findGate"] = async (activityId) => {
      if (!isReleased) await releaseMessage(ports, activityId, head!, operator);
      isReleased = true;
      return ports.messages.findGate(activityId);
    };
    const answer = await retryParked(
      { ...ports, messages: { ...ports.messages, findGate } },
      importJobId,
      operator,
      {},
    );

    expect(answer).toMatchObject({ retried: [], skipped: [{ messageId: head }], remaining: 0 });
    expect(await runOf(head!)).toBe(1);
  });

  test("lets a job go on that one of them blocks", async () => {
    const blocking: RecurringJob = { ...ordered, onHeadError: "block" };
    await use(blocking);
    await parkAll(blocking, "a defect", "first");
    const next = await push(ports, file("second"), {}, blocking);
    await runNow(ports, blocking);
    expect((await look(ports, next)).message.state).toBe("Enqueued");

    await ask();
    await ports.drain();
    expect((await look(ports, next)).message.state).toBe("Processed");
  });

  test("says how many it did not come to, and goes on with them", async () => {
    const ids = await parkAll(job, "a defect", ...Array.from({ length: 103 }, (_, index) => String(index)));
    const { continuation, ...first } = await ask();
    expect(first).toEqual({ retried: ids.slice(0, 100), skipped: [], remaining: 3 });

    expect(await ask({ continuation: continuation! })).toEqual({ retried: ids.slice(100), skipped: [], remaining: 0 });
  });

  test("ends when the storage fails, and a repeat goes on where it stopped", async () => {
    const ids = await parkAll(job, "a defect", "first", "second");
    const record: TestPorts["audit"]["record"] = async ({ target }) => {
      if (target === ids[1]) throw new Unavailable("503");
    };
    const failing = { ...ports, audit: { ...ports.audit, record } };
    await expect(retryParked(failing, importJobId, operator, {})).rejects.toThrow("503");

    expect(await runOf(ids[0]!)).toBe(2);
    expect([...(await ask()).retried, ...(await ask()).retried]).toEqual([]);
    await runNow(ports, job);
    expect((await look(ports, ids[1]!)).message.state).toBe("Processed");
  });

  test("of an export job runs one, since one run goes on at a time", async () => {
    await use({ ...exportJob, attemptsMax: 1 });
    const failing = {
      ...ports,
      entities: { ...ports.entities, openSnapshot: () => Promise.reject(new Error("a defect")) },
    };
    const ids: string[] = [];
    for (let runs = 0; runs < 2; runs += 1) {
      const { messageId } = await beginExport(ports, { ...exportJob, attemptsMax: 1 }, ports.clock.now());
      await exportMessage(failing, exportJobId, messageId).catch(() => undefined);
      await exportMessage(ports, exportJobId, messageId);
      ids.push(messageId);
      ports.advance(60_000);
    }

    const answer = await ask({}, exportJobId);
    expect(answer).toMatchObject({ retried: [ids[0]], skipped: [{ messageId: ids[1] }], remaining: 0 });
    expect(answer.skipped[0]!.why).toContain(ids[0]);
  });

  test("is not found for a job that is not there", async () => {
    await expect(ask({}, exportJobId)).rejects.toMatchObject({ code: "notFound" });
  });
});
