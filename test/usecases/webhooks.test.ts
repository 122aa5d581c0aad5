import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCourier } from "../../shared/courier/courier.ts";
import type { Delivery } from "../../shared/domain/delivery.ts";
import type { Webhook } from "../../shared/domain/webhook.ts";
import type { CourierRequest } from "../../shared/ports/webhooks.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { resendDelivery, testWebhook } from "../../shared/usecases/webhooks/askWebhook.ts";
import { rotateSecret } from "../../shared/usecases/webhooks/rotateSecret.ts";
import { removeWebhook, saveWebhook } from "../../shared/usecases/webhooks/saveWebhook.ts";
import { exportJob, importJob, operator, seed } from "../support/definitions.ts";
import { noon, type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { startReceiver } from "../support/receiver.ts";
import { importFile, newestExport, push, runNow, upkeep } from "./world.ts";

const csv = "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n";
const minute = 60_000;
const hour = 60 * minute;

/** What was sent, and what the receiver answers to it. */
let sent: CourierRequest[];
let answer: (request: CourierRequest) => { readonly status: number } | { readonly failure: string };
let ports: TestPorts;

beforeEach(async () => {
  // A receiver looks at its own clock.
  vi.useFakeTimers({ toFake: ["Date"], now: noon });
  sent = [];
  answer = () => ({ status: 204 });
  ports = withCourier(memoryPorts());
  await seed(ports);
});

afterEach(() => void vi.useRealTimers());

function withCourier(memory: TestPorts): TestPorts {
  const courier = {
    mayBeLocal: true,
    eventGridToken: () => Promise.resolve("token of the service"),
    post: (request: CourierRequest) => {
      sent.push(request);
      return Promise.resolve(answer(request));
    },
  };
  return {
    ...memory,
    courier,
    advance(ms) {
      memory.advance(ms);
      vi.setSystemTime(memory.clock.now());
    },
    drain: (changes) => memory.drain({ courier, ...changes }),
  };
}

async function hook(changes: Partial<Webhook> = {}): Promise<Webhook> {
  const webhook: Webhook = {
    name: "Receiver",
    description: "",
    id: "",
    url: "https://receiver.example/events",
    kind: "standardWebhook",
    events: ["message.ended"],
    isEnabled: true,
    ...changes,
  };
  return (
    await saveWebhook(ports, webhook, "any", operator).catch(() => saveWebhook(ports, webhook, undefined, operator))
  ).definition.value;
}

const told = () => sent.map(({ body }) => JSON.parse(body));
const log = async ({ id }: Webhook): Promise<readonly Delivery[]> =>
  (await ports.deliveries.list(id, { limit: 50 })).items;

/** Lets time pass as a queue does, which shows each piece of work at its time. */
async function pass(ms: number, stepMs = minute): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    ports.advance(stepMs);
    await ports.drain();
  }
}

describe("a webhook", () => {
  test("is told by a signed call over the wire that a message ended", async () => {
    const receiver = await startReceiver();
    const courier = createCourier({ mayBeLocal: true, eventGridToken: () => Promise.resolve("") });
    const webhook = await hook({ url: receiver.url });
    const drain: TestPorts["drain"] = () => ports.drain({ courier });
    const { message } = await importFile({ ...ports, drain }, csv);
    await receiver.stop();

    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    const { current } = (await ports.secrets.find(webhook.id))!.value;
    expect(new Verifier(current).verify(body, headers as Record<string, string>)).toEqual({
      type: "message.ended",
      timestamp: new Date(noon).toISOString(),
      data: {
        activityId: `{${importJob.activityId.toUpperCase()}}`,
        messageId: message.id,
        direction: "import",
        state: "Processed",
        run: 1,
        executionId: message.executionId,
        externalIdentifier: "groups.csv",
        entity: "Customer groups",
        company: "USMF",
      },
    });
    expect(receiver.received).toHaveLength(1);
    expect(await log(webhook)).toMatchObject([{ state: "delivered", lastTries: [{ status: 204 }] }]);
  });

  test("hears of an export that is ready, and of its end", async () => {
    await hook({ events: ["export.ready", "message.ended"], activityId: exportJob.activityId });
    await importFile(ports, csv);
    ports.advance(minute);
    await runNow(ports, exportJob);
    const message = (await newestExport(ports, exportJob))!;

    expect(told()).toMatchObject([{ type: "export.ready", data: { messageId: message.id, state: "Enqueued" } }]);
  });

  test("hears of a message that is parked, apart from its end", async () => {
    await hook({ events: ["message.parked"] });
    const messageId = await push(ports, csv);
    const upsert = () => Promise.reject(new Error("a defect"));
    const failing = { ...ports, entities: { ...ports.entities, upsert } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing, importJob.activityId, messageId).catch(() => undefined);
    }
    await ports.drain();

    expect(told().map(({ type }) => type)).toEqual(["message.parked"]);
    expect(JSON.stringify(told())).not.toContain("a defect");
  });

  test("hears of runs that were missed", async () => {
    await hook({ events: ["run.missed"] });
    const job = { ...importJob, misfirePolicy: "skip" as const };
    await scheduleJob(ports, job, undefined);
    ports.advance(30 * 24 * hour);
    await startDueJobs(ports);
    await ports.drain();

    expect(told().length).toBeGreaterThan(0);
    expect(new Set(told().map(({ type }) => type))).toEqual(new Set(["run.missed"]));
    expect(told()[0].data).toMatchObject({ activityId: `{${importJob.activityId.toUpperCase()}}` });
  });

  test("hears once that the load came over its bound, and again when it was under it meanwhile", async () => {
    await hook({ events: ["load.exceeded"], loadBounds: { oldestMinutes: 30 } });
    const measure = async (): Promise<void> => {
      ports.advance(10 * minute);
      await watchLoad(ports);
      await ports.drain();
    };
    for (let round = 0; round < 2; round++) {
      await push(ports, csv, { externalIdentifier: `groups ${round}.csv` });
      for (let times = 0; times < 6; times++) await measure();
      await runNow(ports);
      await measure();
    }

    expect(told()).toMatchObject([
      { type: "load.exceeded", data: { waiting: 1, oldestMinutes: 30 } },
      { type: "load.exceeded", data: { waiting: 1, oldestMinutes: 30 } },
    ]);
  });

  test("hears nothing of other jobs, of other events, nor while it is disabled", async () => {
    await hook({ name: "Other job", activityId: exportJob.activityId });
    await hook({ name: "Other events", events: ["message.parked"] });
    await hook({ name: "Disabled", isEnabled: false });
    await importFile(ports, csv);

    expect(sent).toEqual([]);
  });

  test("costs nothing where there is none: no row is written that tells of an event", async () => {
    const writes: string[] = [];
    const noting = (ground: Ground): Ground => ({
      ...ground,
      table(name) {
        const table = ground.table(name);
        return {
          ...table,
          transact(partitionKey, changes) {
            writes.push(...changes.map(({ rowKey }) => `${name} ${partitionKey} ${rowKey}`));
            return table.transact(partitionKey, changes);
          },
        };
      },
    });
    ports = withCourier(memoryPorts({}, noting));
    await seed(ports);
    await importFile(ports, csv);
    const ofEvents = () => writes.filter((row) => /^webhooks | v_|^claims events /.test(row));
    expect(ofEvents()).toEqual([]);

    await hook();
    await importFile(ports, csv, { externalIdentifier: "again.csv" });
    expect(ofEvents().length).toBeGreaterThan(2);
  });
});

describe("a delivery", () => {
  test("that is not taken is repeated under its id with growing pauses, and given up after a day", async () => {
    const webhook = await hook();
    answer = () => ({ status: 503 });
    await importFile(ports, csv);
    await pass(26 * hour);

    const times = sent.map(({ headers }) => Number(headers["webhook-timestamp"]));
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses.slice(0, 7)).toEqual(pauses.slice(0, 7).toSorted((one, other) => one - other));
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(18 * 3600);
    expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(24 * 3600);
    expect(new Set(sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await log(webhook)).toMatchObject([{ state: "failed", triesInAll: sent.length }]);
    expect(ports.logged.filter(({ event }) => event === "webhook.givenUp")).toHaveLength(1);
    expect(ports.countWork()).toBe(0);
  });

  test("is sent again by a person under the same id, for another day", async () => {
    const webhook = await hook();
    answer = () => ({ failure: "Nothing listens there." });
    await importFile(ports, csv);
    await pass(26 * hour);
    const [given] = await log(webhook);
    answer = () => ({ status: 200 });
    const before = sent.length;
    await resendDelivery(ports, "Receiver", given!.id, operator);
    await ports.drain();

    expect(sent).toHaveLength(before + 1);
    expect(sent.at(-1)!.headers["webhook-id"]).toBe(given!.id);
    expect(await log(webhook)).toMatchObject([{ state: "delivered" }]);
  });

  test("does not follow a redirection, and says so", async () => {
    const webhook = await hook();
    answer = () => ({ status: 302 });
    await testWebhook(ports, "Receiver", operator);
    await ports.drain();

    const [{ lastTries }] = (await log(webhook)) as [Delivery];
    expect(lastTries[0]).toMatchObject({ status: 302, failure: expect.stringContaining("is not followed") });
  });

  test("waits while its webhook is disabled, and goes when it is enabled again", async () => {
    const webhook = await hook();
    answer = () => ({ status: 500 });
    await importFile(ports, csv);
    await hook({ isEnabled: false });
    answer = () => ({ status: 200 });
    await pass(hour);
    expect(await log(webhook)).toMatchObject([{ state: "pending" }]);

    await hook();
    await ports.drain();
    expect(await log(webhook)).toMatchObject([{ state: "delivered" }]);
  });

  test("whose pointer was lost is pointed at by the upkeep", async () => {
    const webhook = await hook();
    const lost: TestPorts["deliverySlots"] = { take: () => undefined };
    const work = { send: () => Promise.resolve() };
    await push(ports, csv);
    await runNow({
      ...ports,
      drain: () =>
        ports.drain({
          deliverySlots: lost,
          work: {
            send: (piece, delayMs) => (piece.kind === "deliverEvents" ? work.send() : ports.work.send(piece, delayMs)),
          },
        }),
    });
    expect(sent).toEqual([]);

    ports.advance(5 * minute);
    await upkeep(ports);
    expect(await log(webhook)).toMatchObject([{ state: "delivered" }]);
  });

  test("waits for a free place, and holds no other work up", async () => {
    const webhook = await hook();
    const leave = ports.deliverySlots.take()!;
    const { message } = await importFile(ports, csv);
    expect(message.state).toBe("Processed");
    expect(sent).toEqual([]);

    leave();
    await pass(minute);
    expect(await log(webhook)).toMatchObject([{ state: "delivered" }]);
  });

  test("leaves the log when its retention ends, and what is kept of a webhook that was deleted goes with it", async () => {
    const webhook = await hook();
    await importFile(ports, csv);
    ports.advance(8 * 24 * hour);
    await upkeep(ports);
    expect(await log(webhook)).toEqual([]);
    expect(await ports.secrets.find(webhook.id)).toBeDefined();

    await removeWebhook(ports, "Receiver", "any", operator);
    for (let pass = 0; pass < 3; pass++) {
      ports.advance(2 * hour);
      await upkeep(ports);
    }
    expect(await ports.secrets.find(webhook.id)).toBeUndefined();
    expect(await ports.deliveries.listOpened(10)).toEqual([]);
  });
});

describe("a secret", () => {
  const signers = async (secrets: readonly string[]): Promise<readonly boolean[]> => {
    await testWebhook(ports, "Receiver", operator);
    await ports.drain();
    const { body, headers } = sent.at(-1)!;
    return secrets.map((secret) => {
      try {
        new Verifier(secret).verify(body, headers);
        return true;
      } catch {
        return false;
      }
    });
  };

  test("that is another one signs beside the one before, until their time together is over", async () => {
    await hook();
    const wish = { secret: undefined, overlapHours: 24 };
    const first = (await rotateSecret(ports, "Receiver", wish, operator)).current;
    const second = (await rotateSecret(ports, "Receiver", wish, operator)).current;

    expect(await signers([first, second])).toEqual([true, true]);
    ports.advance(24 * hour);
    expect(await signers([first, second])).toEqual([false, true]);
  });

  test("that is given signs alone at once where nobody wants the one before", async () => {
    await hook();
    const first = (await rotateSecret(ports, "Receiver", { secret: undefined, overlapHours: 0 }, operator)).current;
    const given = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    await rotateSecret(ports, "Receiver", { secret: given, overlapHours: 0 }, operator);

    expect(await signers([first, given])).toEqual([false, true]);
  });

  test.each(["secret", "whsec_", "whsec_c2hvcnQ=", `whsec_${Buffer.alloc(65).toString("base64")}`, "whsec_%%%"])(
    "of another form is refused: %s",
    async (secret) => {
      await hook();

      await expect(rotateSecret(ports, "Receiver", { secret, overlapHours: 0 }, operator)).rejects.toThrow(
        "A secret is whsec_",
      );
    },
  );
});

describe("a topic of Event Grid", () => {
  const url = "https://topic.westeurope-1.eventgrid.azure.net/api/events";

  test("gets CloudEvents in structured JSON, with the service's own token", async () => {
    await hook({ kind: "eventGrid", url });
    const { message } = await importFile(ports, csv);

    expect(sent).toMatchObject([
      {
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          authorization: "Bearer token of the service",
        },
      },
    ]);
    expect(told()).toMatchObject([
      {
        specversion: "1.0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: `/recurring-integrations/jobs/${importJob.activityId}`,
        type: "recurring-integrations.message.ended",
        subject: `messages/${message.id}`,
        time: new Date(noon).toISOString(),
        datacontenttype: "application/json",
        data: { messageId: message.id, state: "Processed" },
      },
    ]);
  });

  test("gets its access key in place of the token where somebody gave one", async () => {
    await hook({ kind: "eventGrid", url });
    await rotateSecret(ports, "Receiver", { secret: "a key of the topic", overlapHours: 0 }, operator);
    await importFile(ports, csv);

    expect(sent[0]!.headers).toMatchObject({ "aeg-sas-key": "a key of the topic" });
    expect(sent[0]!.headers).not.toHaveProperty("authorization");
  });

  test("is tried again when the service got no token, and hears nothing without one", async () => {
    const webhook = await hook({ kind: "eventGrid", url });
    const courier = createCourier({
      mayBeLocal: false,
      eventGridToken: () => Promise.reject(new Error("no identity")),
    });
    await testWebhook(ports, "Receiver", operator);
    await ports.drain({ courier });

    expect(await log(webhook)).toMatchObject([
      { state: "pending", lastTries: [{ failure: expect.stringContaining("got no token") }] },
    ]);
  });

  test("elsewhere than on its hosts never gets the service's token", async () => {
    await hook({ kind: "eventGrid", url: "https://eventgrid.azure.net.evil.example/" });
    await importFile(ports, csv);

    expect(sent).toHaveLength(1);
    expect(sent[0]!.headers).not.toHaveProperty("authorization");
  });
});
