import { describe, expect, test } from "vitest";
import { type InboundMessage, claim, finishImport, startProcessing } from "../../shared/domain/inboundMessage.ts";
import type { Messages } from "../../shared/ports.ts";
import type { Stored } from "../../shared/ports/stored.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { type OpenStoresFor, accept, guid, inbound, job, noon, present } from "./storesHarness.ts";

/** One that ended, while another waits behind it. */
async function endedInFront(messages: Messages): Promise<Stored<InboundMessage>> {
  await accept(messages, inbound(1));
  await accept(messages, inbound(2));
  const waiting = present(await messages.findInbound(job(1), inbound(1).id));
  const claimed = present(await messages.replace(waiting, claim(waiting.value, noon, 1, guid(1))));
  const started = startProcessing(claimed.value, noon);
  return present(await messages.replace(claimed, finishImport(started, "ProcessedWithErrors", noon)));
}

const bornBehind = ({ value }: Stored<InboundMessage>, number: number): InboundMessage =>
  inbound(number, { order: `${value.order}.${inbound(number).id}` });

export function bornContract(name: string, open: OpenStoresFor): void {
  describe(`a message that comes to be with the change of another on ${name}`, () => {
    test("waits at the place that it has, in front of those behind the other one", async () => {
      const { stores, others } = await open();
      const ended = await endedInFront(stores.messages);
      const born = bornBehind(ended, 3);

      const next = { ...ended.value, attempts: 5 };
      expect((await stores.messages.replace(ended, next, { born }))?.value).toEqual(next);

      expect((await others.messages.findInbound(job(1), born.id))?.value).toEqual(born);
      const waiting = await others.messages.listWaiting(job(1), "", 9);
      expect(waiting.map(({ messageId }) => messageId)).toEqual([born.id, inbound(2).id]);
      const openOnes = await others.openMessages.list(job(1), 9);
      expect(openOnes.map(({ messageId }) => messageId).toSorted()).toEqual([inbound(2).id, born.id]);
      expect((await accept(stores.messages, inbound(5))).order > present(waiting[1]).order).toBe(true);
    });

    test("opens a job in which nothing was open", async () => {
      const { stores, others, ground } = await open();
      const ended = await endedInFront(stores.messages);
      const index = ground.table(tableNames.claims);
      await index.transact("jobs", [{ kind: "remove", rowKey: job(1) }]);

      await others.messages.replace(ended, ended.value, { born: bornBehind(ended, 3) });

      const { items } = await stores.openMessages.listJobs({ limit: 9 });
      expect(items.map(({ activityId }) => activityId)).toEqual([job(1)]);
    });

    test("is not there when the other one was written since, or the gate was moved", async () => {
      const { stores, others } = await open();
      const ended = await endedInFront(stores.messages);
      const gate = await stores.messages.findGate(job(1));
      const written = present(await others.messages.replace(ended, { ...ended.value, attempts: 5 }));

      expect(await stores.messages.replace(ended, ended.value, { born: bornBehind(ended, 3) })).toBeUndefined();
      await others.messages.moveGate(job(1), { stamp: "moved", isClosed: true });
      const late = { gate, born: bornBehind(ended, 4) };
      expect(await stores.messages.replace(written, written.value, late)).toBeUndefined();

      expect(await stores.messages.find(job(1), inbound(3).id)).toBeUndefined();
      expect(await stores.messages.find(job(1), inbound(4).id)).toBeUndefined();
      expect(await stores.messages.find(job(1), inbound(1).id)).toEqual(written);
      expect(await stores.messages.listWaiting(job(1), "", 9)).toHaveLength(1);
    });

    test("of many that are born of one message at once, each is there whose write was won", async () => {
      const { stores, others } = await open();
      const ended = await endedInFront(stores.messages);

      const numbers = [3, 4, 5, 6];
      const writes = await Promise.all(
        numbers.map((number, index) =>
          (index % 2 ? stores : others).messages.replace(ended, ended.value, { born: bornBehind(ended, number) }),
        ),
      );

      const won = numbers.filter((_, index) => writes[index] !== undefined);
      expect(won).toHaveLength(1);
      const waiting = await stores.messages.listWaiting(job(1), "", 9);
      expect(waiting.map(({ messageId }) => messageId)).toEqual([inbound(won[0]!).id, inbound(2).id]);
    });
  });
}
