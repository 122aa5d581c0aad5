import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { runJob } from "../../shared/usecases/work/runJob.ts";
import type { Upload } from "../../shared/usecases/enqueue/enqueueMessage.ts";
import { type SharedClock, deliverWork, openHost, openPlace } from "../support/crashHost.ts";
import {
  bytesOf,
  customerGroups,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  listedApplication,
  operator,
  packageJob,
} from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { define, defineLines, enqueue, look, plainUpload, push } from "./world.ts";

// Between what an upload was allowed by and its commit lies all the time that its bytes take. Here somebody saves or
// deletes the job in that time, in the same process and in another one, at each call to storage that an enqueue makes.

const body = "CustomerGroupId\r\n10\r\n";
const key = { idempotencyKey: "k" };

let ground: Ground;
let clock: SharedClock;
let host: Ports;

beforeEach(async () => {
  ({ clock, ground, ports: host } = await openPlace([]));
  await save(host, importJob);
});

async function save(ports: Ports, job: RecurringJob): Promise<void> {
  const stored = await ports.definitions.find("job", job.activityId);
  await saveJob(ports, job, stored ? "any" : undefined, operator);
}

const disable = (ports: Ports) => save(ports, { ...importJob, isEnabled: false });

async function remove(ports: Ports): Promise<void> {
  await disable(ports);
  await removeJob(ports, importJobId, "any", operator);
}

async function traces(ports: Ports) {
  const payloads = (await ports.files.list("inbound", "", { limit: 9 })).items.length;
  const messages = (await ports.messages.list(importJobId, { limit: 9 })).items.length;
  return { payloads, messages, isKeyTaken: (await ports.idempotency.find(importJobId, "key:k")) !== undefined };
}

const nothing = { payloads: 0, messages: 0, isKeyTaken: false };

/** An enqueue whose bytes take as long as `meanwhile` does. */
async function pushSlowly(ports: Ports, meanwhile: () => Promise<unknown>, upload: Partial<Upload> = {}) {
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(body.slice(0, 9));
    await meanwhile();
    yield Buffer.from(body.slice(9));
  }
  return enqueue(ports, importJob, { ...plainUpload, ...key, ...upload, body: slow() });
}

const changes: readonly (readonly [string, (ports: Ports) => Promise<void>, object])[] = [
  ["disabled", disable, { code: "forbidden", message: expect.stringContaining("is disabled") }],
  [
    "stripped of its application",
    (ports) => save(ports, { ...importJob, isEnabled: false, applications: [] }),
    { code: "forbidden", message: expect.stringContaining("not authorized") },
  ],
  ["deleted", remove, { code: "forbidden", message: expect.stringContaining("not authorized") }],
  [
    "turned into a job for packages",
    (ports) => save(ports, { ...packageJob, activityId: importJobId, name: importJob.name }),
    { code: "conflict", message: expect.stringContaining("takes data packages since") },
  ],
  [
    "deleted, and made again for packages",
    async (ports) => {
      await remove(ports);
      await save(ports, { ...packageJob, activityId: importJobId });
    },
    { code: "conflict" },
  ],
];

describe("an enqueue", () => {
  for (const [what, change, refusal] of changes) {
    for (const where of ["in its own process", "in another one"] as const) {
      test(`is refused and leaves nothing when its job is ${what} ${where} while its bytes come in`, async () => {
        await push(host, body, { externalIdentifier: "first" });
        await runAll(host);
        const other = where === "in another one" ? openHost(ground, clock) : host;
        const before = await traces(host);

        await expect(pushSlowly(host, () => change(other))).rejects.toMatchObject(refusal);

        expect(await traces(host)).toEqual(before);
        expect(await host.messages.listWaiting(importJobId, "", 9)).toEqual([]);
      });
    }
  }

  for (const [what, change] of changes.slice(0, 3)) {
    test(`is accepted before the job is ${what}, or refused, at whichever of its calls that happens`, async () => {
      const ended = await atEachCall({
        prepare: () => save(host, importJob),
        act: (enqueuing) => enqueue(enqueuing, importJob, { ...plainUpload, ...key, body: bytesOf(body) }),
        meanwhile: change,
        look: async () => ({ traces: await traces(host), isJobThere: await isThere(importJobId) }),
      });

      const accepted = { payloads: 1, messages: 1, isKeyTaken: true };
      for (const { isDone, found } of ended) expect(found.traces).toEqual(isDone ? accepted : nothing);
      // A message that waits keeps its job.
      expect(ended.filter(({ isDone, found }) => isDone && !found.isJobThere)).toEqual([]);
      expect(new Set(ended.map(({ isDone }) => isDone))).toEqual(new Set([true, false]));
      // The last call is the commit: what has changed before it keeps the message out.
      expect(ended.filter(({ isDone, isChanged, call, calls }) => isDone && isChanged && call < calls)).toEqual([]);
    });
  }

  test("counts for what its job says when it is accepted", async () => {
    await define(host, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });

    const messageId = await pushSlowly(host, async () => {
      await save(openHost(ground, clock), { ...importJob, company: "DEMF" });
    });

    expect((await look(host, messageId)).message).toMatchObject({ company: "DEMF", entity: "Customer groups" });
    expect(await enqueue(host, importJob, { ...plainUpload, ...key, body: bytesOf(body) })).toBe(messageId);
  });

  test("is refused when its entity is none of the job's any more", async () => {
    await define(host, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });

    const late = pushSlowly(host, async () => {
      await defineLines(host, [{ entity: "Vendors" }]);
      await save(host, { ...importJob, description: "for vendors now" });
    });

    await expect(late).rejects.toMatchObject({ code: "invalid", members: [{ path: "entity" }] });
    expect(await traces(host)).toEqual(nothing);
  });

  test("is refused when it began between the first and the last write of a save", async () => {
    const saved = Promise.withResolvers<void>();
    let enqueued: Promise<string> | undefined;
    const before = async ({ what }: { readonly what: string }): Promise<void> => {
      if (what !== "blobs definitions.put") return;
      const isAllowed = Promise.withResolvers<void>();
      enqueued = pushSlowly(host, () => {
        isAllowed.resolve();
        return saved.promise;
      });
      await isAllowed.promise;
    };
    await disable(openHost(faultyGround(ground, { before }).ground, clock));
    saved.resolve();

    await expect(enqueued).rejects.toMatchObject({ code: "forbidden" });
    expect(await traces(host)).toEqual(nothing);
  });

  test("is refused when its job was disabled by a save that was cut off, once somebody saves again or tries to", async () => {
    let moves = 0;
    const cutOff: Ports = {
      ...host,
      messages: {
        ...host.messages,
        moveGate: async (...move) => {
          if (++moves === 2) throw new Error("cut off");
          return host.messages.moveGate(...move);
        },
      },
    };

    const late = pushSlowly(host, async () => {
      await expect(disable(cutOff)).rejects.toThrow("cut off");
      const again = saveJob(openHost(ground, clock), importJob, undefined, operator);
      await expect(again).rejects.toMatchObject({ code: "preconditionRequired" });
    });

    await expect(late).rejects.toMatchObject({ code: "forbidden" });
    expect(await traces(host)).toEqual(nothing);
  });

  test("goes on when its job was saved as it was, however often", async () => {
    const messageId = await pushSlowly(host, async () => {
      const other = openHost(ground, clock);
      for (const ports of [other, host, other]) await save(ports, importJob);
    });

    expect((await look(host, messageId)).message.state).toBe("Enqueued");
  });

  test("is not recognised by a window that another company's file has opened", async () => {
    const windowed = { ...importJob, duplicateWindowMinutes: 5 };
    await save(host, windowed);
    const first = await push(host, body);

    const second = await pushSlowly(host, () => save(openHost(ground, clock), { ...windowed, company: "DEMF" }), {
      idempotencyKey: "other",
    });

    expect(second).not.toBe(first);
    expect(await push(host, body)).toBe(second);
  });
});

const isThere = async (activityId: string) => (await host.definitions.find("job", activityId)) !== undefined;

interface Sweep<Found> {
  readonly prepare: () => Promise<unknown>;
  readonly act: (ports: Ports) => Promise<unknown>;
  /** By another process; what is refused there has no effect. */
  readonly meanwhile: (ports: Ports) => Promise<unknown>;
  readonly look: () => Promise<Found>;
}

/** Does one thing again and again, each time on fresh storage, with another one right before its next call to storage. */
async function atEachCall<Found>({ prepare, act, meanwhile, look: lookAt }: Sweep<Found>) {
  const ended: { call: number; calls: number; isDone: boolean; isChanged: boolean; found: Found }[] = [];
  // The first round is not disturbed and tells how many calls there are.
  for (let call = 0; call <= (ended[0]?.calls ?? 0); call++) {
    ({ clock, ground, ports: host } = await openPlace([]));
    await prepare();
    let isChanged = false;
    const before = async ({ index }: { readonly index: number }): Promise<void> => {
      if (index === call - 1) isChanged = await succeeds(meanwhile(openHost(ground, clock)));
    };
    const faulty = faultyGround(ground, { before });
    const isDone = await succeeds(act(openHost(faulty.ground, clock)));
    ended.push({ call, calls: faulty.calls.length, isDone, isChanged, found: await lookAt() });
  }
  return ended;
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

async function runAll(ports: Ports): Promise<void> {
  await runJobNow(ports, importJobId, operator);
  await deliverWork(ports, ground, () => false);
}

describe("a job that was deleted", () => {
  test("imports nothing of before when it is made again", async () => {
    const late = pushSlowly(host, async () => {
      const other = openHost(ground, clock);
      await remove(other);
      await save(other, importJob);
      await push(other, body, { externalIdentifier: "of the new job" });
    });

    // The job is there, lists the application, and takes files: this is an upload to the new job.
    const messageId = await late;
    const waiting = await host.messages.listWaiting(importJobId, "", 9);
    expect(waiting.map((one) => one.messageId).at(-1)).toBe(messageId);
    expect((await look(host, messageId)).message.applicationId).toBe(listedApplication);
  });

  test("runs no message of it again", async () => {
    const messageId = await push(host, "Wrong\r\n10\r\n");
    await runAll(host);
    await remove(openHost(ground, clock));

    const retried = retryMessage(host, importJobId, messageId, operator);

    await expect(retried).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("was deleted") });
    expect((await look(host, messageId)).message.state).toBe("PreProcessingError");
  });

  test("has no message that waits, at whichever call of a retry it is deleted", async () => {
    let messageId = "";
    const ended = await atEachCall({
      async prepare() {
        await save(host, importJob);
        messageId = await push(host, "Wrong\r\n10\r\n");
        await runAll(host);
        await disable(host);
      },
      act: (retrying) => retryMessage(retrying, importJobId, messageId, operator),
      meanwhile: (other) => removeJob(other, importJobId, "any", operator),
      look: async () => ({
        isJobThere: await isThere(importJobId),
        state: (await look(host, messageId)).message.state,
      }),
    });

    const outcomes = ended.map(({ found }) => `${found.state} ${found.isJobThere ? "of a job" : "without a job"}`);
    expect(new Set(outcomes)).toEqual(new Set(["Enqueued of a job", "PreProcessingError without a job"]));
  });

  test("begins no export, at whichever call of a run it is deleted", async () => {
    let dueAt = 0;
    const ended = await atEachCall({
      async prepare() {
        await save(host, { ...exportJob, isEnabled: false });
        ({ dueAt } = await runJobNow(host, exportJobId, operator));
      },
      act: (running) => runJob(running, exportJobId, dueAt),
      meanwhile: (other) => removeJob(other, exportJobId, "any", operator),
      look: async () => {
        const { items } = await host.messages.list(exportJobId, { limit: 9 });
        return { isJobThere: await isThere(exportJobId), messages: items.length };
      },
    });

    const outcomes = ended.map(({ found }) => `${found.messages} ${found.isJobThere ? "of a job" : "without a job"}`);
    expect(new Set(outcomes)).toEqual(new Set(["1 of a job", "0 without a job"]));
  });

  test("leaves no due time behind that a job made again would run", async () => {
    const { dueAt } = await runJobNow(host, importJobId, operator);
    await remove(host);
    expect((await host.occurrences.list(importJobId, { limit: 9 })).items).toEqual([]);

    await save(host, importJob);
    await runJob(host, importJobId, dueAt);

    expect((await host.occurrences.list(importJobId, { limit: 9 })).items).toEqual([]);
  });

  test("keeps no row of a run that was asked for while it was deleted", async () => {
    const asked: number[] = [];
    const slow: Ports = {
      ...host,
      occurrences: {
        ...host.occurrences,
        async insert(occurrence) {
          await remove(host);
          asked.push(occurrence.dueAt);
          return host.occurrences.insert(occurrence);
        },
      },
    };
    await runJobNow(slow, importJobId, operator);

    await deliverWork(host, ground, () => false);

    expect(asked).toHaveLength(1);
    expect((await host.occurrences.list(importJobId, { limit: 9 })).items).toEqual([]);
  });

  test("is not deleted behind the back of those who ask for it while it cannot go", async () => {
    await push(host, body);
    await disable(host);
    const refused = removeJob(host, importJobId, "any", operator);
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("1 messages wait") });

    await save(host, importJob);

    expect(await push(host, body)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
