import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type InboundMessage,
  claim,
  finishImport,
  isReleased,
  park,
  retry,
  release,
} from "../../shared/domain/inboundMessage.ts";
import {
  type OutboundMessage,
  acknowledge,
  claimExport,
  dequeue,
  failExport,
  offerFile,
  parkExport,
  redeliver,
  retryExport,
  startExporting,
} from "../../shared/domain/outboundMessage.ts";
import { type OpenMessage, endOf, standingOf, waitingSince } from "../../shared/domain/standing.ts";
import type { Message } from "../../shared/ports.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { messageKey, messageValues, waitingKey } from "../../shared/storage/messages/messageRows.ts";
import { toColumns } from "../../shared/storage/rows/storedJson.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import {
  type OpenStores,
  type OpenStoresFor,
  accept,
  guid,
  inbound,
  job,
  noon,
  outbound,
  present,
} from "./storesHarness.ts";

const limit = 1000;
const at = (step: number): number => noon + 1000 * step;

const endless = Number.POSITIVE_INFINITY;
const failed = (message: InboundMessage): InboundMessage =>
  finishImport(claim(message, at(1), 1, guid(1)), "PreProcessingError", at(2));

function offer(message: OutboundMessage, now: number): OutboundMessage {
  const running = startExporting(claimExport(message, now, 60_000, guid(1)), now);
  return offerFile(running, now, { name: "f", sizeBytes: 7, totalRecords: 1 });
}

function deliver(message: OutboundMessage, number: number): OutboundMessage {
  const now = at(number);
  const delivery = { correlationId: guid(number), popReceipt: "r", queueItemId: "q", dequeuedAt: now };
  return dequeue(message, { ...delivery, expiresAt: now + 500 });
}

/** What may become of a message next; the step is also the time. */
function next(message: Message, choice: number, step: number): Message {
  const now = at(step);
  const standing = standingOf(message);
  if (message.direction === "import") {
    if (standing === "waiting") return claim(message, now, 1, guid(1));
    if (standing === "inProcess" && choice === 0) return park(message, now, "Its attempts are used up.");
    if (standing === "inProcess") return finishImport(message, "PreProcessingError", now);
    if (choice === 0 && !message.parked) return release(message, now);
    return message.state === "Processed" ? message : retry(message, now);
  }
  if (standing === "inProcess") {
    const running = startExporting(claimExport(message, now + 500, 1, guid(1)), now + 500);
    if (choice === 0) return parkExport(running, now, "Its attempts are used up.");
    return choice === 1 ? failExport(running, now, "It failed.") : offer(message, now + 500);
  }
  if (standing === "offered") {
    const { delivery } = message;
    if (choice !== 0 || !delivery) return deliver(message, step);
    return acknowledge(message, delivery.correlationId, "r", now, "accept");
  }
  if (message.state === "Acked" && choice === 0) return redeliver(message, now);
  return message.state === "PostProcessingError" ? retryExport(message, now) : message;
}

async function moveOn({ messages }: StoragePorts, id: string, choice: number, step: number): Promise<void> {
  const stored = await messages.find(job(1), id);
  if (!stored) return;
  if (choice === 9) await messages.remove(stored);
  else await messages.replace(stored, next(stored.value, choice, step));
}

/** What the rows must say, by the messages themselves. */
function openOf(message: Message): readonly OpenMessage[] {
  const { id: messageId, direction, enqueuedAt, parked } = message;
  const standing = standingOf(message);
  const found: OpenMessage[] = [];
  if (standing === "inProcess") found.push({ messageId, direction, standing, since: enqueuedAt, sizeBytes: 0 });
  if (standing === "waiting" || standing === "offered") {
    const held = message.direction === "export" && message.delivery ? { heldUntil: message.delivery.expiresAt } : {};
    const sizeBytes = message.sizeBytes ?? 0;
    found.push({ messageId, direction, standing, since: waitingSince(message), sizeBytes, ...held });
  }
  if (parked) {
    const released = isReleased(message) ? { isReleased: true as const } : {};
    found.push({ messageId, direction, standing: "parked", since: parked.at, sizeBytes: 0, ...released });
  }
  return found;
}

const keyOf = ({ messageId, standing }: OpenMessage): string => `${messageId} ${standing}`;
const sorted = (all: readonly OpenMessage[]) => all.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

/** The rows of a job, and what its messages say that they must be. */
async function rowsAndTruth({ messages, openMessages }: StoragePorts) {
  const all = (await messages.list(job(1), { limit: 100 })).items;
  const ends = all.map(endOf).filter((end) => end !== undefined);
  const failures = ends.filter(({ isFailed }) => isFailed).length;
  const rows = {
    open: sorted(await openMessages.list(job(1), limit)),
    ended: await openMessages.countEnded(job(1), 0, limit),
  };
  const ended = { processed: ends.length - failures, failed: failures };
  return { rows, truth: { open: sorted(all.flatMap(openOf)), ended } };
}

/** Messages as release 0.1.0 leaves them: it keeps places in line, and no other row that says where a message stands. */
async function leaveOldMessages({ ground }: OpenStores, all: readonly Message[]): Promise<void> {
  const table = ground.table(tableNames.messages);
  for (const message of all) {
    await table.insert(job(1), messageKey(message.id), messageValues(message));
    if (message.state !== "Enqueued" || message.direction === "export") continue;
    const { id: messageId, enqueuedAt, order } = message;
    await table.insert(job(1), waitingKey(order), toColumns({ messageId, enqueuedAt }));
  }
}

const indexed = async ({ openMessages }: StoragePorts) =>
  (await openMessages.listJobs({ limit: 100 })).items.map(({ activityId }) => activityId);

export function openMessagesContract(name: string, open: OpenStoresFor, propertyRuns: number): void {
  describe(`open messages on ${name}`, () => {
    test("are an import while it waits, is in process and is parked, and again when it is retried", async () => {
      const { messages, openMessages } = (await open()).stores;
      const seen: (readonly string[])[] = [];
      const note = async () => seen.push((await openMessages.list(job(1), limit)).map(({ standing }) => standing));
      await accept(messages, inbound(1));
      await note();
      for (const change of [
        (message: InboundMessage) => claim(message, at(1), 1, guid(1)),
        (message: InboundMessage) => park(message, at(2), "Its attempts are used up."),
        (message: InboundMessage) => retry(message, at(3)),
        (message: InboundMessage) => claim(message, at(4), 1, guid(1)),
        (message: InboundMessage) => finishImport(message, "PreProcessingError", at(5)),
      ]) {
        const stored = present(await messages.findInbound(job(1), inbound(1).id));
        await messages.replace(stored, change(stored.value));
        await note();
      }

      expect(seen).toEqual([["waiting"], ["inProcess"], ["parked"], ["waiting"], ["inProcess"], []]);
    });

    test("tell since when each stands so, how large it is, and until when a client has it", async () => {
      const { messages, openMessages } = (await open()).stores;
      await messages.insertOutbound(outbound(1));
      const stored = present(await messages.findOutbound(job(1), outbound(1).id));
      const offered = present(await messages.replace(stored, offer(stored.value, at(1))));
      const facts = { messageId: outbound(1).id, direction: "export", standing: "offered" };
      expect(await openMessages.list(job(1), limit)).toEqual([{ ...facts, since: at(1), sizeBytes: 7 }]);
      await messages.replace(offered, deliver(offered.value, 2));

      const heldUntil = at(2) + 500;
      expect(await openMessages.list(job(1), limit)).toEqual([{ ...facts, since: at(1), sizeBytes: 7, heldUntil }]);
      expect(await openMessages.list(job(2), limit)).toEqual([]);
    });

    test("are what the messages say, whatever became of them, races included", async () => {
      const action = fc.record({
        number: fc.integer({ min: 1, max: 5 }),
        choice: fc.nat({ max: 9 }),
        atOnce: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
          const { stores, others } = await open();
          for (const number of [1, 2, 3]) await accept(stores.messages, inbound(number));
          for (const number of [4, 5]) await stores.messages.insertOutbound(outbound(number));
          const idOf = (number: number) => (number < 4 ? inbound(number).id : outbound(number).id);

          for (const [step, { number, choice, atOnce }] of actions.entries()) {
            const rival = atOnce ? moveOn(others, idOf(number), choice + 1, step + 1) : undefined;
            await Promise.all([moveOn(stores, idOf(number), choice, step + 1), rival]);
          }

          const { rows, truth } = await rowsAndTruth(stores);
          expect(rows).toEqual(truth);
        }),
        { numRuns: propertyRuns },
      );
    });

    test("that ended are counted from a time on, failures apart, and no more than was asked", async () => {
      const { messages, openMessages } = (await open()).stores;
      for (const number of [1, 2, 3, 4]) {
        await accept(messages, inbound(number));
        const stored = present(await messages.findInbound(job(1), inbound(number).id));
        const taken = present(await messages.replace(stored, claim(stored.value, at(0), 1, guid(1))));
        const state = number === 3 ? "PreProcessingError" : "ProcessedWithErrors";
        await messages.replace(taken, { ...finishImport(taken.value, "PreProcessingError", at(number)), state });
      }

      expect(await openMessages.countEnded(job(1), at(1), limit)).toEqual({ processed: 2, failed: 1 });
      expect(await openMessages.countEnded(job(1), at(4), limit)).toEqual({ processed: 0, failed: 0 });
      expect(await openMessages.countEnded(job(1), 0, 2)).toEqual({ processed: 2, failed: 0 });
      expect(await openMessages.countEnded(job(2), 0, limit)).toEqual({ processed: 0, failed: 0 });
    });
  });

  describe(`the index of open jobs on ${name}`, () => {
    test("has a job from its first message on, and from the retry of one that had ended", async () => {
      const { stores } = await open();
      await accept(stores.messages, inbound(1));
      await stores.messages.insertOutbound(outbound(2, { activityId: job(2) }));

      expect(await indexed(stores)).toEqual([job(1), job(2)]);
    });

    test("keeps a job that was marked just now, whoever asks", async () => {
      const { stores, others } = await open();
      await accept(stores.messages, inbound(1));
      const [marked] = (await stores.openMessages.listJobs({ limit: 1 })).items;

      expect(await others.openMessages.forgetJob(present(marked))).toBe(false);
      expect(await indexed(stores)).toEqual([job(1)]);
    });

    test("gives up a job at the mark that was seen, and not at a newer one", async () => {
      const { ground, stores, others } = await open();
      const table = ground.table(tableNames.claims);
      const markLongAgo = () =>
        table.transact("jobs", [{ kind: "upsert", rowKey: job(1), values: { markedAt: noon - 9 * 3_600_000 } }]);
      await markLongAgo();
      const [seen] = (await stores.openMessages.listJobs({ limit: 1 })).items;
      await markLongAgo();
      expect(await others.openMessages.forgetJob(present(seen))).toBe(false);

      const [newest] = (await stores.openMessages.listJobs({ limit: 1 })).items;
      expect(await others.openMessages.forgetJob(present(newest))).toBe(true);
      expect(await indexed(stores)).toEqual([]);
    });
  });

  describe(`the parked messages of a job on ${name}`, () => {
    test("are listed by their ids, the oldest first, and no others", async () => {
      const { messages, openMessages } = (await open()).stores;
      for (const number of [4, 3, 2, 6, 5]) await messages.insertOutbound(outbound(number));
      for (const number of [4, 2, 6, 3]) {
        const stored = present(await messages.findOutbound(job(1), outbound(number).id));
        const end = number === 3 ? failExport : parkExport;
        await messages.replace(stored, end(stored.value, at(number), "It failed."));
      }

      expect(await openMessages.listParked(job(1), 10)).toEqual([2, 4, 6].map((number) => outbound(number).id));
      expect(await openMessages.listParked(job(1), 2)).toEqual([2, 4].map((number) => outbound(number).id));
      expect(await openMessages.listParked(job(2), 10)).toEqual([]);
    });

    test("shows what is parked behind any number of exports that wait for a client, and of what was released", async () => {
      const { messages, openMessages } = (await open()).stores;
      const { parked: released } = release(failed(inbound(1)), noon);
      for (let number = 1; number <= 5; number++)
        await messages.insertOutbound(outbound(number, { state: "Enqueued" }));
      for (const [number, reason] of [
        [6, released?.reason ?? ""],
        [7, released?.reason ?? ""],
        [8, "odd"],
      ] as const) {
        await messages.insertOutbound(outbound(number, { state: "PostProcessingError", parked: { at: noon, reason } }));
      }
      const ids = (all: readonly OpenMessage[]) => all.map(({ messageId }) => messageId);

      const parked = (await openMessages.list(job(1), 4)).filter(({ standing }) => standing === "parked");
      expect(ids(parked)).toEqual([6, 7, 8].map((number) => outbound(number).id));
      expect(await openMessages.listStanding(job(1), "parked", 1)).toMatchObject({
        items: parked.slice(2),
        isCut: false,
      });
      expect(await openMessages.listStanding(job(1), "offered", 3)).toMatchObject({ isCut: true });
      expect(ids((await openMessages.listStanding(job(1), "offered", 5)).items)).toHaveLength(5);
    });
  });

  describe(`messages of release 0.1.0 on ${name}`, () => {
    const { delivery: _, ...free } = deliver(offer(outbound(6), at(1)), 2);
    const old: readonly Message[] = [
      inbound(1, { order: inbound(1).id }),
      claim(inbound(2, { order: inbound(2).id }), at(1), endless, guid(1)),
      release(failed(inbound(3, { order: inbound(3).id })), at(3)),
      failed(inbound(4, { order: inbound(4).id })),
      offer(outbound(5), at(1)),
      { ...free, state: "Acked" },
    ];

    test("are ended, retried and removed as any other", async () => {
      const opened = await open();
      await leaveOldMessages(opened, old);
      const { messages } = opened.stores;
      for (const [index, { id }] of old.entries()) await moveOn(opened.stores, id, index < 4 ? 1 : 9, 5);

      const states = (await messages.list(job(1), { limit: 10 })).items.map(({ state }) => state);
      expect(states.toReversed()).toEqual(["PreProcessing", "PreProcessingError", "Enqueued", "Enqueued"]);
      expect((await messages.listWaiting(job(1), "", 10)).map(({ messageId }) => messageId)).toEqual([
        inbound(3).id,
        inbound(4).id,
      ]);
    });

    test("are open once their job was mended, and their job is in the index", async () => {
      const opened = await open();
      const { openMessages } = opened.stores;
      await leaveOldMessages(opened, old);
      expect(await indexed(opened.stores)).toEqual([]);
      const ofWorker = present(await opened.stores.messages.findInbound(job(1), inbound(2).id));
      await openMessages.mendJob(job(1));

      const found = (await openMessages.list(job(1), limit)).map(keyOf);
      expect(found.toSorted()).toEqual([
        `${inbound(1).id} waiting`,
        `${inbound(2).id} inProcess`,
        `${inbound(3).id} parked`,
        `${outbound(5).id} offered`,
      ]);
      expect(await indexed(opened.stores)).toEqual([job(1)]);
      const held = present(await opened.stores.messages.findInbound(job(1), inbound(2).id));
      expect(held.etag).toBe(ofWorker.etag);
    });

    test("leave no row that says of an ended one that it is open", async () => {
      const opened = await open();
      const { messages, openMessages } = opened.stores;
      await messages.insertOutbound(outbound(1));
      await messages.insertOutbound(outbound(2));
      await openMessages.mendJob(job(1));
      const running = present(await messages.findOutbound(job(1), outbound(1).id));
      // The release ends it, and knows of no row beside it.
      const ended = messageValues({ ...running.value, state: "Processed" });
      await opened.ground.table(tableNames.messages).replace(job(1), messageKey(outbound(1).id), ended, running.etag);
      await openMessages.mendJob(job(1));

      expect((await openMessages.list(job(1), limit)).map(({ messageId }) => messageId)).toEqual([outbound(2).id]);
    });

    test("do not bring a job into the index that has none of them open", async () => {
      const opened = await open();
      await leaveOldMessages(opened, old.slice(3, 4));
      await opened.stores.openMessages.mendJob(job(1));

      expect(await indexed(opened.stores)).toEqual([]);
      await moveOn(opened.stores, inbound(4).id, 1, 5);
      expect(await indexed(opened.stores)).toEqual([job(1)]);
    });
  });
}
