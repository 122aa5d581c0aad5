import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { systemIds } from "../../shared/system/ids.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { importJob, importJobId, listedApplication, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, look, push, recordsOf, runNow } from "./world.ts";

const ordered: RecurringJob = { ...importJob, isOrdered: true };
const blocking: RecurringJob = { ...ordered, onHeadError: "block" };
const bad = "Wrong\r\n1\r\n";
let ports: TestPorts;
let job: RecurringJob;

async function use(used: RecurringJob): Promise<void> {
  job = used;
  ports = memoryPorts();
  await seed(ports, [used]);
}

const file = (description: string): string => `CustomerGroupId,Description\r\n10,${description}\r\n`;
const stateOf = async (messageId: string) => (await look(ports, messageId)).message.state;
const statesOf = (messageIds: readonly string[]) => Promise.all(messageIds.map(stateOf));

async function pushAll(...bodies: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const body of bodies) ids.push(await push(ports, body, {}, job));
  return ids;
}

/** In which order messages began, by the log of their ends. */
function endsLogged(): readonly unknown[] {
  return ports.logged.filter(({ event }) => event === "message.finished").map(({ facts }) => facts["messageId"]);
}

describe.each([
  ["in order", ordered],
  ["side by side", importJob],
])("a job that processes %s", (_how, used) => {
  beforeEach(() => use(used));

  test("takes a file with the run after its last byte, though one that came in later was taken before", async () => {
    const others: string[] = [];
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(file("slow"));
      ports.advance(60_000);
      others.push(await push(ports, file("quick")));
      await runNow(ports, job);
      expect(await statesOf(others)).toEqual(["Processed"]);
    }

    const messageId = await push(ports, "", { body: slow() });
    await runNow(ports, job);

    expect(await stateOf(messageId)).toBe("Processed");
    expect((await recordsOf(ports))[0]).toContain("slow");
  });

  test("takes files in the order of their commits, whatever the clocks of their hosts say", async () => {
    const ahead = { ...ports, ids: systemIds({ now: () => ports.clock.now() + 3_600_000 }) };
    const first = await push(ahead, file("first"));
    const second = await push(ports, file("second"));

    await runNow(ports, job);

    expect(endsLogged()).toEqual([first, second]);
    expect((await recordsOf(ports))[0]).toContain("second");
  });
});

describe("a job that processes in order", () => {
  beforeEach(() => use(ordered));

  test("takes its messages one after another in the order of their accept, so that the last one counts", async () => {
    const ids = await pushAll(file("first"), file("second"), file("third"));
    await runNow(ports, job);

    expect(endsLogged()).toEqual(ids);
    expect(await recordsOf(ports)).toEqual([["10", "third", "", ""]]);
  });

  test("begins no message while another one is in flight, whoever asks", async () => {
    const [first, second] = await pushAll(file("first"), file("second"));
    const states: string[] = [];
    const watched: TestPorts = {
      ...ports,
      entities: {
        ...ports.entities,
        upsert: async (ref, commit) => {
          await drainJob(ports, importJobId);
          states.push(await stateOf(first!), await stateOf(second!));
          return ports.entities.upsert(ref, commit);
        },
      },
    };
    await drainJob(watched, importJobId);

    expect(states.slice(0, 2)).toEqual(["Processing", "Enqueued"]);
    expect(await statesOf([first!, second!])).toEqual(["Processed", "Processed"]);
  });

  test("goes on behind a message that ends in an error", async () => {
    const ids = await pushAll(bad, file("second"));
    await runNow(ports, job);

    expect(await statesOf(ids)).toEqual(["PreProcessingError", "Processed"]);
  });

  test("keeps its head in place while attempts are left, and goes on when it is parked", async () => {
    const ids = await pushAll(file("first"), file("second"));
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    for (let attempt = 1; attempt < job.attemptsMax; attempt += 1) {
      await expect(drainJob(failing, importJobId)).rejects.toThrow("503");
      expect(await statesOf(ids)).toEqual(["Enqueued", "Enqueued"]);
    }
    await expect(drainJob(failing, importJobId)).rejects.toThrow("503");
    await drainJob(ports, importJobId);

    expect(await statesOf(ids)).toEqual(["PostProcessingError", "Processed"]);
  });

  test("takes a dead worker's message up again before any other", async () => {
    const ids = await pushAll(file("first"), file("second"));
    const dead = {
      ...ports,
      entities: { ...ports.entities, upsert: () => Promise.reject(new Error("killed")) },
      messages: {
        ...ports.messages,
        replace: async (...[stored, next, beside]: Parameters<TestPorts["messages"]["replace"]>) => {
          if (next.state === "Enqueued") throw new Error("killed");
          return ports.messages.replace(stored, next, beside);
        },
      } as TestPorts["messages"],
    };
    await expect(drainJob(dead, importJobId)).rejects.toThrow("killed");
    await drainJob(ports, importJobId);
    expect(await statesOf(ids)).toEqual(["Processing", "Enqueued"]);

    ports.advance(testSettings.leaseMs);
    await drainJob(ports, importJobId);
    expect(endsLogged()).toEqual(ids);
  });

  test("retries an earlier message at its old place", async () => {
    const ids = await pushAll(bad, file("second"));
    await runNow(ports, job);
    ids.push(...(await pushAll(file("third"))));
    await retryMessage(ports, importJobId, ids[0]!, operator, { isForced: true });
    await ports.drain();

    expect(endsLogged()).toEqual([ids[0], ids[1], ids[0], ids[2]]);
  });

  test("takes retried messages in the order of its line, whichever was retried first or failed last", async () => {
    const ids = await pushAll(bad, bad);
    await runNow(ports, job);
    for (const id of ids.toReversed()) await retryMessage(ports, importJobId, id, operator);
    await ports.drain();

    expect(endsLogged()).toEqual([...ids, ...ids]);
  });
});

describe("a job that blocks behind a failed message", () => {
  beforeEach(() => use(blocking));

  async function blocked(): Promise<readonly [string, string]> {
    const [head, next] = await pushAll(bad, file("second"));
    await runNow(ports, job);
    await runNow(ports, job);
    expect(await statesOf([head!, next!])).toEqual(["PreProcessingError", "Enqueued"]);
    return [head!, next!];
  }

  test("begins nothing until its head is released, which sets the head aside", async () => {
    const [head, next] = await blocked();
    await releaseMessage(ports, importJobId, head, operator);
    await ports.drain();

    expect(await statesOf([head, next])).toEqual(["PreProcessingError", "Processed"]);
    expect((await look(ports, head)).message.parked?.reason).toContain("Released");
  });

  test("goes on when its head is retried and ends well", async () => {
    const [head, next] = await blocked();
    const entity = (await ports.definitions.find("entity", "Customer groups"))!.value;
    const fields = entity.fields.map((field) => (field.isKey ? { ...field, name: "WRONG" } : field));
    await define(ports, "entity", entity.name, { ...entity, fields });
    await retryMessage(ports, importJobId, head, operator);
    await ports.drain();

    // The second file lacks the new key now, so that it is the one that holds the job up.
    expect(await statesOf([head, next])).toEqual(["Processed", "PreProcessingError"]);
    expect((await ports.messages.findProgress(importJobId))!.value.blockedBy).toBe(next);
  });

  test("blocks again when its head is retried and fails again", async () => {
    const [head, next] = await blocked();
    await retryMessage(ports, importJobId, head, operator);
    await ports.drain();

    expect(await statesOf([head, next])).toEqual(["PreProcessingError", "Enqueued"]);
  });

  test("blocks behind a message whose attempts are used up", async () => {
    const ids = await pushAll(file("first"), file("second"));
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    for (let attempt = 0; attempt < job.attemptsMax; attempt += 1) {
      await drainJob(failing, importJobId).catch(() => undefined);
    }
    await drainJob(ports, importJobId);

    expect(await statesOf(ids)).toEqual(["PostProcessingError", "Enqueued"]);
  });

  test("never blocks behind rejected records", async () => {
    const ids = await pushAll("CustomerGroupId,CreditLimit\r\n10,x\r\n", file("second"));
    await runNow(ports, job);

    expect(await statesOf(ids)).toEqual(["ProcessedWithErrors", "Processed"]);
  });

  test("refuses to release what does not block it", async () => {
    const [head, next] = await blocked();

    await expect(releaseMessage(ports, importJobId, next, operator)).rejects.toMatchObject({
      code: "conflict",
    });
    await releaseMessage(ports, importJobId, head, operator);
    await expect(releaseMessage(ports, importJobId, head, operator)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(releaseMessage(ports, importJobId, listedApplication, operator)).rejects.toMatchObject({
      code: "notFound",
    });
  });

  test("does not begin its next message through a stray pointer to it", async () => {
    const [, next] = await blocked();
    await doWork(ports, { kind: "importMessage", activityId: importJobId, messageId: next });

    expect(await stateOf(next)).toBe("Enqueued");
  });
});
