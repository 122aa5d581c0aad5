import { describe, expect, test } from "vitest";
import type { Work } from "../../shared/ports/workQueue.ts";
import { outboundQueueName, queueNames } from "../../shared/storage/ground/names.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { type OpenStoresFor, idAt, job, noon, present } from "./storesHarness.ts";

export function queuesContract(name: string, open: OpenStoresFor): void {
  describe(`the work queue on ${name}`, () => {
    test("carries every kind of work", async () => {
      const { ground, stores } = await open();
      const works: readonly Work[] = [
        { kind: "runJob", activityId: job(1), dueAt: noon },
        { kind: "importMessage", activityId: job(1), messageId: idAt(noon) },
        { kind: "exportMessage", activityId: job(1), messageId: idAt(noon) },
        { kind: "drainJob", activityId: job(1) },
        { kind: "upkeep", part: "pruneMessages" },
        { kind: "upkeep", part: "keepUpJobs", after: "00" },
        { kind: "compactEntity", entityId: "groups", company: "USMF" },
        { kind: "compactEntity", entityId: "groups" },
      ];

      for (const work of works) await stores.work.send(work);

      const items = await ground.queue(queueNames.work).receive(10, 1000);
      expect(items.map((item) => parseWork(item.text))).toEqual(works);
    });

    for (const text of ["", "null", "[]", '{"kind":"runJob"}', '{"kind":"constructor"}', '{"kind":"dance"}']) {
      test(`refuses ${text || "nothing"} as work`, () => {
        expect(() => parseWork(text)).toThrow("A message of the queue work");
      });
    }
  });

  describe(`the outbox of a job on ${name}`, () => {
    test("hands each pointer to one caller at a time", async () => {
      const { stores, others } = await open();
      for (const number of [1, 2]) await stores.outbox.send(job(1), idAt(noon, number));

      const taken = [await stores.outbox.receive(job(1), 60_000), await others.outbox.receive(job(1), 60_000)];

      expect(new Set(taken.map((pointer) => pointer?.messageId))).toEqual(new Set([idAt(noon, 1), idAt(noon, 2)]));
      expect(await stores.outbox.receive(job(1), 60_000)).toBeUndefined();
      expect(await stores.outbox.receive(job(2), 60_000)).toBeUndefined();
    });

    test("offers a pointer again when its time is over, and the old receipt is stale from then on", async () => {
      const { stores, advance } = await open();
      await stores.outbox.send(job(1), idAt(noon));
      const first = present(await stores.outbox.receive(job(1), 1000));

      let again = await stores.outbox.receive(job(1), 60_000);
      for (let tries = 0; tries < 50 && !again; tries++) {
        await advance(200);
        again = await stores.outbox.receive(job(1), 60_000);
      }
      const second = present(again);

      expect(second).toMatchObject({ messageId: idAt(noon), queueItemId: first.queueItemId });
      expect(await stores.outbox.remove(job(1), first)).toBe(false);
      expect(await stores.outbox.remove(job(1), second)).toBe(true);
      expect(await stores.outbox.remove(job(1), second)).toBe(false);
    });

    test("shows a pointer again at once that is given back, and never one that somebody else has by then", async () => {
      const { stores, others } = await open();
      await stores.outbox.send(job(1), idAt(noon));
      const first = present(await stores.outbox.receive(job(1), 60_000));

      expect(await stores.outbox.giveBack(job(1), first)).toBe(true);
      const second = present(await others.outbox.receive(job(1), 60_000));

      expect(second).toMatchObject({ messageId: idAt(noon), queueItemId: first.queueItemId });
      expect(await stores.outbox.giveBack(job(1), first)).toBe(false);
      expect(await stores.outbox.receive(job(1), 60_000)).toBeUndefined();
      expect(await others.outbox.remove(job(1), second)).toBe(true);
      expect(await others.outbox.giveBack(job(1), second)).toBe(false);
    });

    test("clears away what no client could acknowledge, and goes on to the next", async () => {
      const { stores, ground, advance } = await open();
      const queue = ground.queue(outboundQueueName(job(1)));
      for (const text of ["", "{", "null", "7", "{}", '{"messageId":"../x"}', '{"messageId":7}'])
        await queue.send(text);
      await stores.outbox.send(job(1), idAt(noon));

      expect(await stores.outbox.receive(job(1), 1000)).toMatchObject({ messageId: idAt(noon) });
      await advance(1500);
      expect(await queue.receive(32, 60_000)).toHaveLength(1);
    });

    test("is gone with all that was in it, also twice", async () => {
      const { outbox } = (await open()).stores;
      await outbox.send(job(1), idAt(noon));

      await outbox.drop(job(1));
      await outbox.drop(job(1));

      expect(await outbox.receive(job(1), 60_000)).toBeUndefined();
    });
  });
}
