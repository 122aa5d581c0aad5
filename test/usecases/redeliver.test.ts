import { beforeEach, describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { type MemoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { redeliverMessage } from "../../shared/usecases/operate/redeliverMessage.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { pruneMessages } from "../../shared/usecases/retention/pruneMessages.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { type SharedClock, deliverWork, openHost } from "../support/crashHost.ts";
import { exportJob, exportJobId, importJobId, listedApplication, operator } from "../support/definitions.ts";
import { type FaultPlan, faultyGround } from "../support/faultyGround.ts";
import { loadProblems, messagesOf, orphans } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { define, push, takeDelivery } from "./world.ts";
import { offeredExport } from "./offeredExport.ts";

const minute = 60_000;
const callsMax = 60;
let clock: SharedClock;
let ground: MemoryGround;
let ports: Ports;
/** As its client acknowledged it. */
let acked: OutboundMessage;

beforeEach(async () => {
  await openService();
});

async function openService(): Promise<void> {
  ({ clock, ground, ports } = await offeredExport());
  await takeDelivery(ports, exportJob, (await next())!);
  acked = await message();
  clock.advance(minute);
}

const next = (from = ports) => dequeueMessage(from, exportJob);
const hostWith = (plan: FaultPlan) => openHost(faultyGround(ground, plan).ground, clock);
const message = async () => (await messagesOf(ports, exportJobId))[0] as OutboundMessage;
const redeliver = (from = ports) => redeliverMessage(from, exportJobId, acked.id, operator);

async function answerOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** What a worker left behind is found by the sweeper once its claim has run out. */
async function comeToRest(): Promise<void> {
  clock.advance(testSettings.leaseMs + minute);
  await keepUp(ports);
  await deliverWork(ports, ground, () => false);
}

/** A redelivery during which somebody else acts once, right before its nth call to storage; how it was answered. */
async function redeliverWhile(nth: number, act: () => Promise<unknown>): Promise<string> {
  let calls = 0;
  const before = async (): Promise<void> => {
    if (calls++ === nth) await act();
  };
  return answerOf(() => redeliver(hostWith({ before })));
}

describe("an export that is redelivered", () => {
  test("goes to the next client with the same bytes, under a new receipt, and says when it was delivered last", async () => {
    const { file, delivery } = acked;
    await redeliver();
    const again = (await next())!;

    expect(again).toMatchObject({ id: acked.id, file, deliveryCount: 2, redeliveries: 1 });
    expect(again.lastDequeuedAt).toBe(delivery!.dequeuedAt);
    expect(again.delivery!.correlationId).not.toBe(delivery!.correlationId);
    expect(await next()).toBeUndefined();
    await takeDelivery(ports, exportJob, again);
    expect((await message()).state).toBe("Acked");
    clock.advance(60 * minute);
    expect(await next()).toBeUndefined();
  });

  test("says who asked in the audit trail, and is not told of as another export", async () => {
    const entries: unknown[] = [];
    const events: string[] = [];
    const watching: Ports = {
      ...ports,
      audit: { ...ports.audit, record: async (entry) => void entries.push(entry) },
      log: { ...ports.log, info: (event) => void events.push(event) },
    };
    await redeliver(watching);

    const entry = { applicationId: listedApplication, action: "redeliver", target: acked.id };
    expect(entries).toEqual([expect.objectContaining(entry)]);
    expect(events).toEqual(["message.redelivered"]);
  });

  test("refuses its last client's ack and download, before and after the next delivery", async () => {
    const receipt = acked.delivery!;
    await redeliver();

    for (const _delivery of [1, 2]) {
      expect(await answerOf(() => acknowledgeMessage(ports, exportJob, receipt))).toBe("conflict");
      const download = () => downloadMessage(ports, exportJobId, acked.id, receipt.correlationId);
      expect(await answerOf(download)).toBe("conflict");
      await next();
    }
    expect((await message()).state).toBe("Dequeued");
  });

  test("stays until it is acknowledged again, however old it is by then", async () => {
    await redeliver();
    clock.advance(3 * testSettings.retentionMs);
    await comeToRest();

    const again = (await next())!;
    await takeDelivery(ports, exportJob, again);
    clock.advance(testSettings.retentionMs + minute);
    await ports.work.send({ kind: "upkeep", part: "pruneOldExports" });
    await deliverWork(ports, ground, () => false);
    expect(await messagesOf(ports, exportJobId)).toEqual([]);
    expect(await orphans({ ground, ports, jobs: [exportJob] })).toEqual([]);
  });

  test("may be discarded, and then nobody gets it", async () => {
    await redeliver();
    await discardMessage(ports, exportJobId, acked.id, operator, "They have it after all.");

    expect(await next()).toBeUndefined();
    expect(await answerOf(redeliver)).toBe("conflict");
  });

  test("may be redelivered again after its next ack, any number of times", async () => {
    for (let times = 1; times <= 3; times++) {
      await redeliver();
      await takeDelivery(ports, exportJob, (await next())!);
      expect((await message()).redeliveries).toBe(times);
    }
    expect(await next()).toBeUndefined();
  });
});

describe("a redelivery is refused", () => {
  test("of an import, which says that retry is meant", async () => {
    const id = await push(ports, "CustomerGroupId\r\n10\r\n");
    const asked = redeliverMessage(ports, importJobId, id, operator);

    await expect(asked).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("retry") });
  });

  test("once it has taken, and while a client has the file", async () => {
    await redeliver();
    await expect(redeliver()).rejects.toMatchObject({ message: expect.stringContaining("waits for the next dequeue") });
    await next();
    await expect(redeliver()).rejects.toMatchObject({ message: expect.stringContaining("a client has it") });
    expect((await message()).redeliveries).toBe(1);
  });

  test("where storage has lost the file, and the message stays acknowledged", async () => {
    await ports.files.remove("outbound", acked.file!);

    expect(await answerOf(redeliver)).toBe("gone");
    expect(await message()).toEqual(acked);
  });

  test("of a job that was deleted", async () => {
    await define(ports, "job", exportJobId, { ...exportJob, isEnabled: false });
    await removeJob(ports, exportJobId, "any", operator);

    expect(await answerOf(redeliver)).toBe("conflict");
    expect(await message()).toEqual(acked);
  });

  test("after the retention", async () => {
    clock.advance(testSettings.retentionMs);
    await pruneMessages(ports);

    expect(await answerOf(redeliver)).toBe("notFound");
  });
});

test("what else a person asks of an acknowledged export is answered with the way to have it delivered again", async () => {
  const asked = [releaseMessage, retryMessage].map((ask) => ask(ports, exportJobId, acked.id, operator));

  for (const ask of asked) {
    await expect(ask).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("redeliver puts it back into its queue"),
    });
  }
  expect(await message()).toEqual(acked);
});

/** What somebody else does, and what may have become of the two; `isTaken` when a client has taken it a second time. */
const others: Readonly<Record<string, () => Promise<unknown>>> = {
  "somebody who redelivers it too": () => answerOf(redeliver),
  "a client that asks for the next file, takes it and acknowledges": async () => {
    const delivered = await next();
    if (delivered) await takeDelivery(ports, exportJob, delivered);
  },
  "a client that asks for the next file and goes away": () => next(),
  "the client that repeats its ack": () => answerOf(() => acknowledgeMessage(ports, exportJob, acked.delivery!)),
  "the sweeper, when all claims have run out": () => comeToRest(),
};

describe("whenever a redelivery meets", () => {
  for (const [who, act] of Object.entries(others)) {
    test(`${who}, one delivery is made of it, and nothing is lost`, async () => {
      for (let nth = 0; nth < callsMax; nth++) {
        await openService();
        let isMet = false;
        const answer = await redeliverWhile(nth, async () => {
          isMet = true;
          await act();
        });
        await comeToRest();
        clock.advance(31 * minute);
        const place = `before call ${nth}: ${answer}`;

        expect([place, ["done", "conflict"].includes(answer)]).toEqual([place, true]);
        // Whoever came first, it was put back once.
        expect([place, (await message()).redeliveries]).toEqual([place, 1]);
        const delivered = await next();
        const { state } = await message();
        expect([place, delivered === undefined ? state : "Dequeued"]).toEqual([place, state]);
        if (delivered) await takeDelivery(ports, exportJob, delivered);
        expect([place, (await message()).state, await next()]).toEqual([place, "Acked", undefined]);
        expect(await loadProblems({ ground, ports, jobs: [exportJob] })).toEqual([]);
        if (!isMet) return;
      }
      throw new Error("A redelivery makes more calls than were looked at.");
    });
  }

  test("the retention, it takes with all of its file, or finds nothing", async () => {
    const answers = new Set<string>();
    for (let nth = 0; nth < callsMax; nth++) {
      await openService();
      clock.advance(testSettings.retentionMs);
      let isMet = false;
      const answer = await redeliverWhile(nth, async () => {
        isMet = true;
        await pruneMessages(ports);
      });
      answers.add(answer);
      await comeToRest();

      const delivered = await next();
      const place = `before call ${nth}: ${answer}`;
      expect([place, delivered !== undefined]).toEqual([place, answer === "done"]);
      if (delivered) await takeDelivery(ports, exportJob, delivered);
      expect([place, await orphans({ ground, ports, jobs: [exportJob] })]).toEqual([place, []]);
      if (!isMet) break;
    }
    // Between the look at the message and the look at its file only the file shows that it is gone.
    expect([...answers].toSorted()).toEqual(["done", "gone", "notFound"]);
  });

  test("the retention that looks at the message already, the message stays whole", async () => {
    const answers = new Set<string>();
    for (let nth = 0; nth < callsMax; nth++) {
      await openService();
      clock.advance(testSettings.retentionMs);
      let calls = 0;
      let answer = "";
      const before = async (): Promise<void> => {
        if (calls++ === nth) answer = await answerOf(redeliver);
      };
      await pruneMessages(hostWith({ before }));
      if (answer === "") break;
      answers.add(answer);

      const delivered = await next();
      const place = `before call ${nth}: ${answer}`;
      expect([place, delivered !== undefined]).toEqual([place, answer === "done"]);
      if (delivered) await takeDelivery(ports, exportJob, delivered);
    }
    expect([...answers].toSorted()).toEqual(["done", "notFound"]);
  });

  test("the deletion of its job, either the job stays or the message is not offered", async () => {
    for (let nth = 0; nth < callsMax; nth++) {
      await openService();
      await define(ports, "job", exportJobId, { ...exportJob, isEnabled: false });
      let removal = "";
      const answer = await redeliverWhile(nth, async () => {
        removal = await answerOf(() => removeJob(ports, exportJobId, "any", operator));
      });
      if (removal === "") return;

      const isOffered = (await message()).state === "Enqueued";
      expect([nth, answer === "done", isOffered]).toEqual([nth, removal === "conflict", removal === "conflict"]);
      expect(await loadProblems({ ground, ports, jobs: [exportJob] })).toEqual([]);
    }
  });
});

describe("a redelivery whose process ends", () => {
  for (const when of ["dieBefore", "dieAfter"] as const) {
    test(`${when === "dieBefore" ? "before" : "after"} any of its calls is done by whoever comes next, or was not begun`, async () => {
      for (let nth = 0; nth < callsMax; nth++) {
        await openService();
        const faulty = faultyGround(ground, { [when]: nth });
        await redeliver(openHost(faulty.ground, clock)).catch(() => undefined);
        const isOver = !faulty.isDead();
        await comeToRest();

        const { state, redeliveries } = await message();
        const delivered = await next();
        const place = `call ${nth}: ${state}`;
        expect([place, delivered !== undefined]).toEqual([place, redeliveries === 1]);
        expect([place, state]).toEqual([place, redeliveries === 1 ? "Enqueued" : "Acked"]);
        if (isOver) return;
      }
    });
  }

  test("after one that was acknowledged and redelivered again is not taken for the later one", async () => {
    // The first stands still between its pointer and its claim; the second dies before it sends a pointer.
    let hasMet = false;
    const before = async ({ what }: { readonly what: string }): Promise<void> => {
      if (what !== "table claims.remove" || hasMet) return;
      hasMet = true;
      await takeDelivery(ports, exportJob, (await next())!);
      const dying = faultyGround(ground, {
        before: (call) => {
          if (call.what.startsWith(`queue out`)) throw new Error("The process has ended");
        },
      });
      await expect(redeliver(openHost(dying.ground, clock))).rejects.toThrow("ended");
    };
    await redeliver(hostWith({ before }));
    expect(hasMet).toBe(true);
    expect(await next()).toBeUndefined();
    await comeToRest();

    expect(await next()).toMatchObject({ redeliveries: 2 });
  });
});
