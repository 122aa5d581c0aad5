import { beforeEach, describe, expect, test } from "vitest";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import { interruptionsMax } from "../../shared/domain/message.ts";
import type { EntityStore } from "../../shared/ports/entityStore.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { getJobStatus } from "../../shared/usecases/watch/getJobStatus.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { sweepClaims } from "../../shared/usecases/upkeep/sweepClaims.ts";
import { importJob, importJobId, listedApplication, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, importFile, look, push, recordsOf, resultFile, runNow } from "./world.ts";

const body = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n30,3\r\n30,4\r\n";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** The ports with an entity store that does otherwise in one place. */
function withEntities(changes: Partial<EntityStore>): TestPorts {
  return { ...ports, entities: { ...ports.entities, ...changes } };
}

const failing = (error: Error): TestPorts => withEntities({ upsert: () => Promise.reject(error) });
const messageOf = async (messageId: string): Promise<InboundMessage> => (await look(ports, messageId)).message;

describe("an attempt that fails by no fault of the storage", () => {
  test("puts the message back in line with its error, and the next attempt ends it", async () => {
    const messageId = await push(ports, body);
    await expect(importMessage(failing(new Error("a defect")), importJobId, messageId)).rejects.toThrow("a defect");

    expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: 1, lastError: "a defect" });
    await importMessage(ports, importJobId, messageId);
    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 2 });
    expect(message.lastError).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 2, failed: 2 });
  });

  test("is made as often as the job says, and then the message is parked with reason, error and bytes", async () => {
    const messageId = await push(ports, body);
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await expect(importMessage(failing(new Error("a defect")), importJobId, messageId)).rejects.toThrow("a defect");
    }

    const message = await messageOf(messageId);
    expect(message).toMatchObject({ state: "PostProcessingError", lastError: "a defect" });
    expect(message.parked?.reason).toBe("Given up after 3 attempts. Last error: a defect");
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
    expect(await ports.files.findFacts("inbound", messageId)).toMatchObject({ sizeBytes: body.length });
    await importMessage(ports, importJobId, messageId);
    expect(await messageOf(messageId)).toEqual(message);
  });

  test("blocks no other message", async () => {
    const stuck = await push(ports, body);
    await importMessage(failing(new Error("a defect")), importJobId, stuck).catch(() => undefined);
    const { message } = await importFile(ports, "CustomerGroupId\r\n77\r\n");

    expect(message.state).toBe("Processed");
  });

  test("tells what is known of its error, also where that has no text", async () => {
    const messageId = await push(ports, body);
    const wordless = Object.assign(new AggregateError([new Error(""), new RangeError("too deep")]), { message: "" });
    await expect(importMessage(failing(wordless), importJobId, messageId)).rejects.toThrow(wordless);
    expect((await messageOf(messageId)).lastError).toBe("Error; too deep");

    const coded = Object.assign(new Error(""), { code: "ENOSPC" });
    for (let attempt = 1; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing(coded), importJobId, messageId).catch(() => undefined);
    }
    expect((await messageOf(messageId)).parked?.reason).toBe("Given up after 3 attempts. Last error: ENOSPC");
  });
});

describe("a worker that dies", () => {
  /** Everything stops with the first write after the commit of the records. */
  const dieAfterCommit = (messageId: string) => die(messageId, (...given) => ports.entities.upsert(...given));

  async function die(
    messageId: string,
    commit: (...given: Parameters<EntityStore["upsert"]>) => unknown,
  ): Promise<void> {
    const dying = new Error("killed");
    let isDead = false;
    const worker: TestPorts = {
      ...withEntities({
        upsert: async (...given) => {
          await commit(...given);
          isDead = true;
          throw dying;
        },
      }),
      messages: {
        ...ports.messages,
        replace: (stored, next, beside) =>
          isDead ? Promise.reject(dying) : ports.messages.replace(stored, next, beside),
      },
    };
    await expect(importMessage(worker, importJobId, messageId)).rejects.toThrow("killed");
  }

  test("after its commit is followed by one that counts the same and changes nothing twice", async () => {
    const messageId = await push(ports, body);
    await dieAfterCommit(messageId);
    expect((await messageOf(messageId)).state).toBe("Processing");
    const before = await recordsOf(ports);

    ports.advance(testSettings.leaseMs);
    await sweepClaims(ports);
    await ports.drain();

    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 1, interruptions: 1 });
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 2, updated: 0, failed: 2, unprocessed: 0 });
    expect(await resultFile(ports, execution, "failed")).toContain("DMF1959");
    expect(await recordsOf(ports)).toEqual(before);
    expect((await ports.claims.list({ limit: 10 })).items).toEqual([]);
  });

  test("keeps its message from others until its lease has run out", async () => {
    const messageId = await push(ports, body);
    await dieAfterCommit(messageId);
    ports.advance(testSettings.leaseMs - 1);
    await sweepClaims(ports);

    expect(await ports.drain()).toEqual([]);
    await importMessage(ports, importJobId, messageId);
    expect(await messageOf(messageId)).toMatchObject({ state: "Processing", attempts: 1 });
  });

  test("as often as a crash, an outage or a deploy may do it, takes no attempt from its message", async () => {
    const messageId = await push(ports, body);
    for (let death = 1; death < interruptionsMax; death += 1) {
      await dieAfterCommit(messageId);
      ports.advance(testSettings.leaseMs);
    }
    await sweepClaims(ports);
    await ports.drain();

    expect(await messageOf(messageId)).toMatchObject({ state: "ProcessedWithErrors", attempts: 1, interruptions: 9 });
  });

  test("each time leaves a parked message, whose reason says so", async () => {
    const messageId = await push(ports, body);
    for (let death = 1; death <= interruptionsMax; death += 1) {
      await die(messageId, () => undefined);
      ports.advance(testSettings.leaseMs);
    }
    await sweepClaims(ports);
    await ports.drain();

    expect((await messageOf(messageId)).parked?.reason).toBe(
      "Given up after 10 attempts in which its worker ended without a word, as by a crash or for want of memory. No error was noted.",
    );
  });

  test("and comes back to life does nothing any more once another one has its message", async () => {
    const messageId = await push(ports, body);
    const slow = withEntities({
      upsert: async (ref, commit) => {
        const result = await ports.entities.upsert(ref, commit);
        ports.advance(testSettings.leaseMs);
        await importMessage(ports, importJobId, messageId);
        return result;
      },
    });
    await importMessage(slow, importJobId, messageId);

    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 1, fence: 2 });
    expect(execution).toMatchObject({ attempt: 1, fence: 2 });
    expect(execution!.entities[0]!.failedFile).toMatch(/-2$/);
  });
});

describe("work that the host gave up", () => {
  const work = (messageId: string) => ({ kind: "importMessage", activityId: importJobId, messageId }) as const;

  test("parks no message that it never began: it comes back later and later, for as long as it takes", async () => {
    const messageId = await push(ports, body);
    for (let times = 0; times < 20; times += 1) {
      await abandonWork(ports, work(messageId));
      expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: 0 });
      await importMessage(ports, importJobId, messageId);
      expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: 0 });
      ports.advance((await messageOf(messageId)).pause!.until - ports.clock.now());
    }
    ports.advance(10_000);
    await ports.drain();

    expect((await messageOf(messageId)).state).toBe("ProcessedWithErrors");
  });

  test("comes back later while the job has attempts left", async () => {
    const messageId = await push(ports, body);
    await importMessage(failing(new Error("a defect")), importJobId, messageId).catch(() => undefined);
    await abandonWork(ports, work(messageId));

    expect(await ports.drain()).toEqual([]);
    ports.advance(15_000);
    await ports.drain();
    expect(await messageOf(messageId)).toMatchObject({ state: "ProcessedWithErrors", attempts: 2 });
  });

  test("parks its message when its attempts are used up", async () => {
    const messageId = await push(ports, body);
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing(new Error("a defect")), importJobId, messageId).catch(() => undefined);
      await abandonWork(ports, work(messageId));
      ports.advance(15_000);
    }

    expect((await messageOf(messageId)).parked?.reason).toBe("Given up after 3 attempts. Last error: a defect");
  });

  test("that was a line's is pointed at again later, in place of whatever message it named", async () => {
    await define(ports, "job", importJobId, { ...importJob, isOrdered: true });
    const messageId = await push(ports, body);
    await abandonWork(ports, work(messageId));

    ports.advance(10_000);
    expect(await ports.drain()).toEqual([{ kind: "drainJob", activityId: importJobId, timesPutBack: 1 }]);
    expect((await messageOf(messageId)).state).toBe("ProcessedWithErrors");
  });

  test("takes no message from a worker that holds it", async () => {
    const messageId = await push(ports, body);
    const busy = withEntities({
      upsert: async (ref, commit) => {
        await abandonWork(ports, { kind: "importMessage", activityId: importJobId, messageId });
        return ports.entities.upsert(ref, commit);
      },
    });
    await importMessage(busy, importJobId, messageId);

    expect((await messageOf(messageId)).parked).toBeUndefined();
  });
});

describe("a retry", () => {
  const retry = (messageId: string) => retryMessage(ports, importJobId, messageId, operator);

  test("gives a failed message a new run of its original bytes, under what is defined by then", async () => {
    const { message } = await importFile(ports, "Group\r\n10\r\n");
    expect(message.state).toBe("PreProcessingError");
    const entity = (await ports.definitions.find("entity", "Customer groups"))!.value;
    const fields = entity.fields.map((field) => (field.isKey ? { ...field, name: "GROUP" } : field));
    await define(ports, "entity", entity.name, { ...entity, fields });
    await retry(message.id);
    await ports.drain();

    expect(await messageOf(message.id)).toMatchObject({ state: "Processed", run: 2, attempts: 1 });
    expect((await messageOf(message.id)).lastError).toBeUndefined();
  });

  test("is one, however often it is asked for", async () => {
    const { message } = await importFile(ports, body);
    await retry(message.id);

    await expect(retry(message.id)).rejects.toMatchObject({ code: "conflict" });
    await ports.drain();
    expect(await messageOf(message.id)).toMatchObject({ run: 2, state: "ProcessedWithErrors" });
  });

  test("is refused for a message without errors, and not found for an unknown one", async () => {
    const { message } = await importFile(ports, "CustomerGroupId\r\n10\r\n");

    await expect(retry(message.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(retry(listedApplication)).rejects.toMatchObject({ code: "notFound" });
  });

  test("of a parked message gives it all its attempts again, and speaks of the new run alone", async () => {
    const messageId = await push(ports, body);
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing(new Error("a defect")), importJobId, messageId).catch(() => undefined);
    }
    await retry(messageId);
    expect(await messageOf(messageId)).toMatchObject({ attempts: 0, state: "Enqueued" });
    const unread: TestPorts = { ...ports, definitions: { ...ports.definitions, find: findNoProject } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(unread, importJobId, messageId).catch(() => undefined);
    }

    expect(await messageOf(messageId)).toMatchObject({ state: "PreProcessingError", parked: {}, lastError: "504" });
  });

  const findNoProject: TestPorts["definitions"]["find"] = (kind, id) =>
    kind === "project" ? Promise.reject(new Error("504")) : ports.definitions.find(kind, id);
});

test("the status of a message tells its state, its counts and its first errors", async () => {
  const { message } = await importFile(ports, body);
  const status = await getJobStatus(ports, importJobId, message.id);

  expect(status).toMatchObject({ message: { state: "ProcessedWithErrors" }, completedAt: ports.clock.now() });
  expect(status.log.split("\n")).toEqual([
    "Customer groups: 4 records read, 2 succeeded, 2 failed, 0 unprocessed.",
    expect.stringMatching(/^groups\.csv, line 3: Field "CREDITLIMIT" expects/),
    "groups.csv, line 5: The same key stands on line 4 already; the first row counts.",
  ]);
});

test("the status of a message that waits or is another job's tells nothing of records", async () => {
  const messageId = await push(ports, body);
  await expect(getJobStatus(ports, listedApplication, messageId)).rejects.toMatchObject({ code: "notFound" });

  expect(await getJobStatus(ports, importJobId, messageId)).toMatchObject({
    execution: undefined,
    startedAt: undefined,
    completedAt: undefined,
    log: "",
  });
  await runNow(ports);
});
