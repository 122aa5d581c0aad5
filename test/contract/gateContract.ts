import { describe, expect, test } from "vitest";
import { claim, finishImport, retry } from "../../shared/domain/inboundMessage.ts";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { Messages } from "../../shared/ports.ts";
import type { Stored } from "../../shared/ports/stored.ts";
import type { KeyChange } from "../../shared/ports/idempotency.ts";
import type { Gate } from "../../shared/ports/jobGate.ts";
import { type OpenStoresFor, accept, guid, inbound, job, noon, outbound, present } from "./storesHarness.ts";

const closed: Gate = { stamp: "closed", isClosed: true };
const open1: Gate = { stamp: "one", isClosed: false };
const open2: Gate = { stamp: "two", isClosed: false };

function keyFor(message: InboundMessage, seen?: KeyChange["seen"], key = "key"): KeyChange {
  const { id: messageId, sha256 } = message;
  return { key, seen, next: { messageId, reservedAt: noon, accepted: { sha256 } } };
}

/** A message that failed, so that it may be retried. */
async function failed(messages: Messages): Promise<Stored<InboundMessage>> {
  await accept(messages, inbound(1));
  const waiting = present(await messages.findInbound(job(1), inbound(1).id));
  const claimed = present(await messages.replace(waiting, claim(waiting.value, noon, 1, guid(1))));
  return present(await messages.replace(claimed, finishImport(claimed.value, "PreProcessingError", noon, "no")));
}

export function gateContract(name: string, open: OpenStoresFor): void {
  describe(`the gate of a job on ${name}`, () => {
    test("stands open before its first move, and is found as it was moved last", async () => {
      const { stores, others } = await open();

      expect(await stores.messages.findGate(job(1))).toMatchObject({ isClosed: false });
      await others.messages.moveGate(job(1), closed);
      expect(await stores.messages.findGate(job(1))).toEqual(closed);
      await others.messages.moveGate(job(1), open1);
      expect(await stores.messages.findGate(job(1))).toEqual(open1);
      expect(await stores.messages.findGate(job(2))).toMatchObject({ isClosed: false });
    });

    test("stays as open or closed as it is when it is only given another stamp", async () => {
      const { messages } = (await open()).stores;
      for (const gate of [open1, closed]) {
        await messages.moveGate(job(1), gate);
        await messages.moveGate(job(1), { stamp: "another" });

        expect(await messages.isGateStill(job(1), gate)).toBe(false);
        expect(await messages.findGate(job(1))).toEqual({ ...gate, stamp: "another" });
      }
    });

    test("lets nobody pass who looked at it before it was moved, here or in another process", async () => {
      const { stores, others } = await open();
      const before = await stores.messages.findGate(job(1));
      await accept(stores.messages, inbound(1));
      for (const [index, mover] of [stores, others].entries()) {
        await mover.messages.moveGate(job(1), index === 0 ? open1 : open2);
        const late = inbound(2 + index);

        expect(await stores.messages.insertInbound(late, { gate: before, keys: [] })).toBeUndefined();
        expect(await stores.messages.findInbound(job(1), late.id)).toBeUndefined();
        await accept(stores.messages, late);
      }
      expect(await stores.messages.listWaiting(job(1), "", 9)).toHaveLength(3);
    });

    test("lets all pass who looked at it since, however many passed before them", async () => {
      const { stores, others } = await open();
      await stores.messages.moveGate(job(1), open1);
      const gates = [await stores.messages.findGate(job(1)), await others.messages.findGate(job(1))];

      for (const number of [1, 2, 3, 4, 5, 6]) {
        const { messages } = number % 2 ? stores : others;
        const placed = await messages.insertInbound(inbound(number), { gate: present(gates[number % 2]), keys: [] });
        expect(placed?.id).toBe(inbound(number).id);
      }
    });

    test("is passed by a message that runs again, and by a run that begins, unless it was moved", async () => {
      const { stores, others } = await open();
      const { messages } = stores;
      const stored = await failed(messages);
      const gate = await messages.findGate(job(1));
      await others.messages.moveGate(job(1), closed);

      expect(await messages.replace(stored, retry(stored.value, noon), { gate })).toBeUndefined();
      expect(await messages.insertOutbound(outbound(2), { gate })).toBe(false);
      expect(await messages.findInbound(job(1), stored.value.id)).toEqual(stored);

      await others.messages.moveGate(job(1), open1);
      const reopened = await messages.findGate(job(1));
      expect(await messages.insertOutbound(outbound(3), { gate: reopened })).toBe(true);
      await accept(others.messages, inbound(5));
      const retried = present(await messages.replace(stored, retry(stored.value, noon), { gate: reopened }));
      expect(await messages.findInbound(job(1), stored.value.id)).toEqual(retried);
      expect(await messages.replace(stored, retry(stored.value, noon), { gate: reopened })).toBeUndefined();
    });

    test("answers for certain whether a message went in", async () => {
      const { messages } = (await open()).stores;

      expect(await messages.settleInbound(job(1), inbound(1).id)).toBe(false);
      await accept(messages, inbound(1));
      expect(await messages.settleInbound(job(1), inbound(1).id)).toBe(true);
      expect(await messages.settleInbound(job(1), inbound(2).id)).toBe(false);
      await accept(messages, inbound(2));
    });
  });

  describe(`a key that is settled with its message on ${name}`, () => {
    test("stands for the message from the moment that it is there", async () => {
      const { messages, idempotency } = (await open()).stores;
      const held = { messageId: inbound(1).id, reservedAt: noon, heldUntil: noon + 5 };
      const seen = await idempotency.change(job(1), { key: "key", seen: undefined, next: held });
      const keys = [keyFor(inbound(1), seen), keyFor(inbound(1), undefined, "other")];

      await accept(messages, inbound(1), keys);

      for (const { key, next } of keys) expect((await idempotency.find(job(1), key))?.value).toEqual(next);
    });

    test("keeps its message out when somebody else has written it, and nobody else's", async () => {
      const { stores, others } = await open();
      const held = { messageId: inbound(2).id, reservedAt: noon, heldUntil: noon + 5 };
      const seen = await stores.idempotency.change(job(1), { key: "key", seen: undefined, next: held });
      const taken = { ...held, messageId: inbound(9).id };
      await others.idempotency.change(job(1), { key: "key", seen, next: taken });
      const gate = await stores.messages.findGate(job(1));

      const placed = await Promise.all(
        [1, 2, 3, 4].map((number) => {
          const keys = number === 2 ? [keyFor(inbound(2), seen)] : [];
          return stores.messages.insertInbound(inbound(number), { gate, keys });
        }),
      );

      expect(placed.map((message) => message?.id)).toEqual([inbound(1).id, undefined, inbound(3).id, inbound(4).id]);
      expect(await stores.messages.findInbound(job(1), inbound(2).id)).toBeUndefined();
      expect((await stores.idempotency.find(job(1), "key"))?.value).toEqual(taken);
    });

    test("that is free goes to one of many messages that want it", async () => {
      const { stores, others } = await open();
      const gate = await stores.messages.findGate(job(1));
      const numbers = [1, 2, 3, 4, 5, 6];

      const placed = await Promise.all(
        numbers.map((number) => {
          const { messages } = number % 3 ? stores : others;
          return messages.insertInbound(inbound(number), { gate, keys: [keyFor(inbound(number))] });
        }),
      );

      const [winner, ...more] = placed.flatMap((message) => message ?? []);
      expect(more).toEqual([]);
      expect((await stores.idempotency.find(job(1), "key"))?.value.messageId).toBe(winner?.id);
      expect((await stores.messages.list(job(1), { limit: 9 })).items).toEqual([winner]);
    });
  });
}
