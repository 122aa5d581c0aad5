import { describe, expect, test } from "vitest";
import { type Delivery, afterTry, newDelivery, sentAgain } from "../../shared/domain/delivery.ts";
import { discard } from "../../shared/domain/inboundMessage.ts";
import type { Occurrence } from "../../shared/domain/occurrence.ts";
import type { Webhook } from "../../shared/domain/webhook.ts";
import { type OpenStoresFor, accept, applicationId, idAt, inbound, job, noon } from "./storesHarness.ts";

const webhookId = "00000000-0000-4000-8000-0000000000aa";
const otherId = "00000000-0000-4000-8000-0000000000bb";
const hour = 3_600_000;

function deliveryOf(number: number, at = noon): Delivery {
  const event = { type: "message.ended", at, activityId: job(1), key: `key ${number}`, data: { run: number } } as const;
  return newDelivery(idAt(at, number), event, at);
}

const refused = (at: number) => ({ at, durationMs: 5, status: 500, failure: "It answered 500." });
const taken = (at: number) => ({ at, durationMs: 5, status: 204 });

export function deliveriesContract(name: string, open: OpenStoresFor): void {
  describe(`deliveries on ${name}`, () => {
    test("are added once, and listed newest first, each webhook's apart", async () => {
      const { deliveries } = (await open()).stores;
      for (const number of [1, 2, 1]) await deliveries.add(webhookId, deliveryOf(number));
      await deliveries.add(webhookId, { ...deliveryOf(2), state: "failed" });
      await deliveries.add(otherId, deliveryOf(3));

      expect((await deliveries.list(webhookId, { limit: 9 })).items).toEqual([deliveryOf(2), deliveryOf(1)]);
      const [first] = [await deliveries.list(webhookId, { limit: 1 })];
      const rest = await deliveries.list(webhookId, { limit: 1, continuation: first.continuation! });
      expect(rest.items).toEqual([deliveryOf(1)]);
      expect((await deliveries.list(webhookId, { limit: 9 }, "failed")).items).toEqual([]);
    });

    test("are due by their time, and move in the order of due ones when they are saved", async () => {
      const { deliveries } = (await open()).stores;
      await deliveries.add(webhookId, deliveryOf(2, noon + 10));
      await deliveries.add(webhookId, deliveryOf(1));
      const first = (await deliveries.listDue(webhookId, noon, 5)).due[0]!;
      expect(first.value).toEqual(deliveryOf(1));
      expect(await deliveries.listDue(webhookId, noon, 5)).toMatchObject({ nextAt: noon + 10 });

      const tried = afterTry(first.value, refused(noon));
      expect(await deliveries.replace(webhookId, first, tried)).toBe(true);
      expect(await deliveries.replace(webhookId, first, tried)).toBe(false);
      const all = await deliveries.listDue(webhookId, noon + hour, 5);
      expect(all.due.map(({ value }) => value)).toEqual([deliveryOf(2, noon + 10), tried]);
      expect(all).not.toHaveProperty("nextAt");

      const again = (await deliveries.find(webhookId, tried.id))!;
      expect(await deliveries.replace(webhookId, again, afterTry(tried, taken(noon + hour)))).toBe(true);
      expect((await deliveries.listDue(webhookId, noon + 9 * hour, 5)).due).toHaveLength(1);
      const done = (await deliveries.find(webhookId, tried.id))!;
      expect(await deliveries.replace(webhookId, done, sentAgain(done.value, noon + hour))).toBe(true);
      expect((await deliveries.listDue(webhookId, noon + hour, 5)).due).toHaveLength(2);
    });

    test("of a load over its bound are one until it is under it", async () => {
      const { deliveries } = (await open()).stores;
      expect(await deliveries.addOver(webhookId, job(1), deliveryOf(1))).toBe(true);
      expect(await deliveries.addOver(webhookId, job(1), deliveryOf(2))).toBe(false);
      expect(await deliveries.addOver(webhookId, job(2), deliveryOf(3))).toBe(true);
      await deliveries.noteUnder(webhookId, job(1));
      await deliveries.noteUnder(webhookId, job(1));

      expect(await deliveries.addOver(webhookId, job(1), deliveryOf(4))).toBe(true);
      expect((await deliveries.list(webhookId, { limit: 9 })).items).toHaveLength(3);
    });

    test("that ended leave the log when they are old, and all goes with an id that is cleared twice", async () => {
      const { deliveries, secrets } = (await open()).stores;
      await deliveries.open(webhookId, "Receiver");
      expect(await secrets.save(webhookId, { current: "whsec_a", changedAt: noon }, undefined)).toBe(true);
      for (const number of [1, 2]) await deliveries.add(webhookId, deliveryOf(number));
      await deliveries.add(webhookId, deliveryOf(3, noon + hour));
      const ended = (await deliveries.find(webhookId, deliveryOf(1).id))!;
      await deliveries.replace(webhookId, ended, afterTry(ended.value, taken(noon)));

      expect(await deliveries.removeBefore(webhookId, noon + 1, 9)).toBe(1);
      expect((await deliveries.list(webhookId, { limit: 9 })).items).toEqual([
        deliveryOf(3, noon + hour),
        deliveryOf(2),
      ]);
      const [opened] = await deliveries.listOpened(9);
      await deliveries.clear(opened!, 9);
      expect(await secrets.find(webhookId)).toBeUndefined();
      expect((await deliveries.listDue(webhookId, noon + 9 * hour, 9)).due).toEqual([]);
      expect(await deliveries.listOpened(9)).toMatchObject([{ id: webhookId, name: "Receiver" }]);
      await deliveries.clear(opened!, 9);
      expect(await deliveries.listOpened(9)).toEqual([]);
    });

    test("are pointed at once for each time, until a worker comes or the pointer is lost", async () => {
      const { deliveries } = (await open()).stores;
      const note = (at: number, now: number) => deliveries.notePointer(webhookId, at, now);
      expect([await note(noon, noon), await note(noon + 5, noon + 5)]).toEqual([true, false]);
      expect([await note(noon + hour, noon), await note(noon + 2 * hour, noon)]).toEqual([true, false]);
      expect([await note(noon + 60_001, noon + 60_001), await note(noon + 9, noon)]).toEqual([true, true]);
      await deliveries.forgetPointer(webhookId);
      await deliveries.forgetPointer(webhookId);

      expect(await note(noon + 60_002, noon + 60_002)).toBe(true);
    });
  });

  describe(`secrets on ${name}`, () => {
    test("are saved over the version that was looked at alone", async () => {
      const { secrets } = (await open()).stores;
      const first = { current: "whsec_a", changedAt: noon };
      const second = { current: "whsec_b", changedAt: noon, previous: { secret: "whsec_a", until: noon + hour } };
      expect(await secrets.save(webhookId, first, undefined)).toBe(true);
      expect(await secrets.save(webhookId, second, undefined)).toBe(false);
      const { etag } = (await secrets.find(webhookId))!;
      expect(await secrets.save(webhookId, second, etag)).toBe(true);
      expect(await secrets.save(webhookId, first, etag)).toBe(false);

      expect((await secrets.find(webhookId))!.value).toEqual(second);
      expect(await secrets.find(otherId)).toBeUndefined();
    });
  });
}

const everything: Webhook = {
  name: "Receiver",
  description: "",
  id: webhookId,
  url: "https://receiver.example/",
  kind: "standardWebhook",
  events: ["message.ended", "run.missed"],
  isEnabled: true,
};

/** Events are written by what they tell of, beside it. */
export function eventsContract(name: string, open: OpenStoresFor): void {
  describe(`events on ${name}`, () => {
    test("come with the message that they tell of, or with the run, and not where it was not written", async () => {
      const { stores, others } = await open();
      await stores.definitions.save("webhook", everything.name, everything, "new", { at: noon, applicationId });
      await accept(stores.messages, inbound(1));
      const stored = (await stores.messages.findInbound(job(1), inbound(1).id))!;
      const next = discard(stored.value, { at: noon + 5, applicationId, reason: "A twin." });
      const stale = { ...stored, etag: 'W/"stale"' };
      expect(await stores.messages.replace(stale, next)).toBeUndefined();
      expect(await stores.events.list(job(1), 9)).toEqual([]);

      expect(await stores.messages.replace(stored, next)).toBeDefined();
      expect(await others.messages.replace(stored, next)).toBeUndefined();
      expect(await stores.occurrences.insert(missed)).toBe(true);
      expect(await others.occurrences.insert(missed)).toBe(false);
      const found = await stores.events.list(job(1), 9);
      expect(found.map(({ event }) => event.type).toSorted()).toEqual(["message.ended", "run.missed"]);
      expect((await stores.events.listJobs({ limit: 9 })).items).toMatchObject([{ activityId: job(1) }]);
      // Neither is a row of what it stands beside.
      expect((await stores.messages.list(job(1), { limit: 9 })).items).toHaveLength(1);
      expect((await stores.occurrences.list(job(1), { limit: 9 })).items).toHaveLength(1);

      await stores.events.remove(job(1), found.slice(0, 1));
      expect(await stores.events.list(job(1), 9)).toEqual(found.slice(1));
      await stores.events.remove(job(1), found);
      expect(await stores.events.list(job(1), 9)).toEqual([]);
    });

    test("are not written for nobody", async () => {
      const { stores } = await open();
      const disabled = { ...everything, isEnabled: false };
      await stores.definitions.save("webhook", everything.name, disabled, "new", { at: noon, applicationId });
      expect(await stores.occurrences.insert(missed)).toBe(true);

      expect(await stores.events.list(job(1), 9)).toEqual([]);
      expect((await stores.events.listJobs({ limit: 9 })).items).toEqual([]);
    });
  });
}

const missed: Occurrence = {
  activityId: job(1),
  dueAt: noon,
  trigger: "recurrence",
  state: "missed",
  dueTimes: 2,
  lastDueAt: noon + 5,
  recordedAt: noon + hour,
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  reason: "Nothing ran.",
  messageId: null,
};
