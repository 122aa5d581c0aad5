import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import {
  claim,
  finishImport,
  isFinalImport,
  park,
  retry,
  startProcessing,
} from "../../shared/domain/inboundMessage.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { messageKey, messageValues } from "../../shared/storage/messages/messageRows.ts";
import { rowChanges } from "../../shared/storage/messages/rowsBeside.ts";
import type { StoragePorts } from "../../shared/storage/storagePorts.ts";
import { type OpenStoresFor, accept, guid, idAt, inbound, job, noon, pagesOf, present } from "./storesHarness.ts";

async function waitingIds({ messages }: StoragePorts): Promise<string[]> {
  return (await messages.listWaiting(job(1), "", 1000)).map((waiting) => waiting.messageId);
}

/** What may become of a message next; a retry or a claim is possible in some states alone. */
function step(message: InboundMessage, choice: number): InboundMessage {
  if (isFinalImport(message)) return message.state === "Processed" ? message : retry(message, noon);
  if (message.state === "Enqueued") return claim(message, noon, 1, guid(1));
  if (choice % 4 === 0) return park(message, noon, "Its attempts are used up.");
  if (message.state === "PreProcessing") return startProcessing(message, noon);
  return finishImport(message, choice % 4 === 1 ? "Processed" : "ProcessedWithErrors", noon);
}

async function moveOn({ messages }: StoragePorts, number: number, choice: number): Promise<void> {
  const stored = await messages.findInbound(job(1), inbound(number).id);
  if (!stored) return;
  if (choice === 9) await messages.remove(stored);
  else await messages.replace(stored, step(stored.value, choice));
}

export function backlogContract(name: string, open: OpenStoresFor, propertyRuns: number): void {
  describe(`the backlog of an import job on ${name}`, () => {
    test("tells when each message was enqueued, and where it stands", async () => {
      const { messages } = (await open()).stores;
      const { id, order } = await accept(messages, inbound(1));

      const waiting = await messages.listWaiting(job(1), "", 10);

      expect(waiting).toEqual([{ messageId: id, order, enqueuedAt: noon + 1 }]);
    });

    test("gives each of many messages that come at once a place of its own, without a gap", async () => {
      const { stores, others } = await open();
      const numbers = Array.from({ length: 70 }, (_, index) => 70 - index);

      const placed = await Promise.all(
        numbers.map((number) => accept((number % 7 ? stores : others).messages, inbound(number))),
      );

      const counters = placed.map((message) => Number(message.order.slice(-16))).toSorted((one, other) => one - other);
      expect(counters).toEqual(numbers.toReversed());
      const inOrder = placed.toSorted((one, other) => (one.order < other.order ? -1 : 1)).map((message) => message.id);
      expect(await waitingIds(stores)).toEqual(inOrder);
    });

    test("stands in the order of the commits, whenever their requests began and whatever their hosts' clocks say", async () => {
      const { stores } = await open();
      for (const number of [5, 2, 9, 1]) await accept(stores.messages, inbound(number));

      expect(await waitingIds(stores)).toEqual([5, 2, 9, 1].map((number) => inbound(number).id));
    });

    test("stands behind what the first release has accepted, in order or not, on a host whose clock was ahead", async () => {
      const { stores, ground } = await open();
      const table = ground.table(tableNames.messages);
      const ahead = idAt(noon + 86_400_000, 8);
      for (const [number, order] of [
        [7, `${idAt(noon).slice(0, 13)}-80000000000000041`],
        [8, ahead],
      ] as const) {
        const message = { ...inbound(number), order };
        const insertion = { kind: "insert", rowKey: messageKey(message.id), values: messageValues(message) } as const;
        await table.transact(job(1), [insertion, ...rowChanges(undefined, message)]);
      }
      await table.insert(job(1), "order", { time: idAt(noon).slice(0, 13), count: 41 });

      const placed = await accept(stores.messages, inbound(1));

      expect(await waitingIds(stores)).toEqual([7, 8, 1].map((number) => inbound(number).id));
      const behind = await stores.messages.listWaiting(job(1), ahead, 9);
      expect(behind.map(({ messageId }) => messageId)).toEqual([placed.id]);
    });

    test("is read on behind a place, at most as far as was asked", async () => {
      const { messages } = (await open()).stores;
      const placed = [];
      for (const number of [1, 2, 3, 4, 5]) placed.push(await accept(messages, inbound(number)));

      const next = await messages.listWaiting(job(1), present(placed[1]).order, 2);

      expect(next.map((waiting) => waiting.messageId)).toEqual([placed[2]?.id, placed[3]?.id]);
      expect(await messages.listWaiting(job(1), present(placed[4]).order, 2)).toEqual([]);
      expect(await messages.listWaiting(job(2), "", 2)).toEqual([]);
    });

    test("takes a retried message back at its old place", async () => {
      const { stores } = await open();
      for (const number of [1, 2, 3]) await accept(stores.messages, inbound(number));
      const before = await stores.messages.listWaiting(job(1), "", 10);
      await moveOn(stores, 2, 0);
      expect(await waitingIds(stores)).toEqual([inbound(1).id, inbound(3).id]);

      for (const choice of [0, 0]) await moveOn(stores, 2, choice);

      expect(await stores.messages.listWaiting(job(1), "", 10)).toEqual(before);
    });

    test("is exactly what is Enqueued, whatever became of the messages, races included", async () => {
      const action = fc.record({
        number: fc.integer({ min: 1, max: 6 }),
        choice: fc.nat({ max: 9 }),
        atOnce: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
          const { stores, others } = await open();
          for (const number of [1, 2, 3, 4, 5, 6]) {
            await accept(stores.messages, inbound(number));
          }

          for (const { number, choice, atOnce } of actions) {
            const rival = atOnce ? moveOn(others, number, choice + 1) : undefined;
            await Promise.all([moveOn(stores, number, choice), rival]);
          }

          const all = (await pagesOf((page) => stores.messages.list(job(1), page), 4)).flat();
          const enqueued = all.filter((message) => message.state === "Enqueued").map((message) => message.id);
          expect((await waitingIds(stores)).toSorted()).toEqual(enqueued.toSorted());
        }),
        { numRuns: propertyRuns },
      );
    });
  });

  describe(`the progress of a job on ${name}`, () => {
    test("is saved by the first, then by whoever saw the newest", async () => {
      const { messages } = (await open()).stores;
      const first = { sentThrough: "a", passedAt: noon };
      const second = { sentThrough: "b", passedAt: noon + 1, blockedBy: inbound(1).id };

      expect(await messages.findProgress(job(1))).toBeUndefined();
      expect(await messages.saveProgress(job(1), first, undefined)).toBe(true);
      expect(await messages.saveProgress(job(1), second, undefined)).toBe(false);
      const seen = present(await messages.findProgress(job(1)));
      expect(seen.value).toEqual(first);
      expect(await messages.saveProgress(job(1), second, seen.etag)).toBe(true);
      expect(await messages.saveProgress(job(1), first, seen.etag)).toBe(false);
      expect((await messages.findProgress(job(1)))?.value).toEqual(second);
      expect(await messages.findProgress(job(2))).toBeUndefined();
    });

    test("is forgotten with the job, its watermarks too, and places go on", async () => {
      const { messages } = (await open()).stores;
      await messages.saveProgress(job(1), { sentThrough: "a", passedAt: noon }, undefined);
      await messages.saveProgress(job(2), { sentThrough: "b", passedAt: noon }, undefined);
      const before = await accept(messages, inbound(1));

      await messages.forgetJob(job(1));
      await messages.forgetJob(job(1));

      expect(await messages.findProgress(job(1))).toBeUndefined();
      expect(await messages.findWatermarks(job(1))).toEqual({});
      expect(await messages.findProgress(job(2))).toBeDefined();
      expect(await messages.findInbound(job(1), inbound(1).id)).toBeDefined();
      expect((await accept(messages, inbound(2))).order > before.order).toBe(true);
    });
  });
}
