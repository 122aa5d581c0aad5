import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReceiver } from "../../examples/webhookReceiver.ts";
import { createCourier } from "../../shared/courier/courier.ts";
import { testWebhook } from "../../shared/usecases/webhooks/askWebhook.ts";
import { rotateSecret } from "../../shared/usecases/webhooks/rotateSecret.ts";
import { saveWebhook } from "../../shared/usecases/webhooks/saveWebhook.ts";
import { operator } from "../support/definitions.ts";
import { memoryPorts, noon } from "../support/memoryPorts.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
afterEach(() => void vi.useRealTimers());

test("the receiver of the examples takes what the service signs, once, and nothing else", async () => {
  const ports = memoryPorts();
  const courier = createCourier({ mayBeLocal: true, eventGridToken: () => Promise.resolve("") });
  const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
  const taken: string[] = [];
  const server = createReceiver(secret, ({ type }) => taken.push(type)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const rest = {
    description: "",
    id: "",
    kind: "standardWebhook",
    events: ["message.ended"],
    isEnabled: true,
  } as const;
  const { definition } = await saveWebhook(ports, { ...rest, name: "Receiver", url }, undefined, operator);
  const states = async () => {
    await testWebhook(ports, "Receiver", operator);
    await ports.drain({ courier });
    return (await ports.deliveries.list(definition.value.id, { limit: 9 })).items.map(({ state }) => state);
  };

  expect(await states()).toEqual(["pending"]);
  expect(taken).toEqual([]);
  // The rotation leaves both secrets in force, so that the first delivery is taken as well when its time comes.
  await rotateSecret(ports, "Receiver", { secret, overlapHours: 1 }, operator);
  await rotateSecret(ports, "Receiver", { secret: undefined, overlapHours: 1 }, operator);
  ports.advance(60_000);
  vi.setSystemTime(ports.clock.now());
  expect(await states()).toEqual(["delivered", "delivered"]);
  expect(taken).toEqual(["webhook.test", "webhook.test"]);

  const forged = { "webhook-id": "x", "webhook-timestamp": String(noon / 1000), "webhook-signature": "v1,AAAA" };
  expect(await courier.post({ url, headers: forged, body: "{}" })).toEqual({ status: 401 });
  server.close();
});
