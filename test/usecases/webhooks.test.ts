import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Webhook } from "../../shared/domain/webhook.ts";
import { createCourier } from "../../shared/courier/courier.ts";
import { saveWebhook } from "../../shared/usecases/webhooks/saveWebhook.ts";
import { importJob, operator, seed } from "../support/definitions.ts";
import { noon, type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { importFile } from "./world.ts";

const csv = "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n";

let ports: TestPorts;
let receiver: Receiver;

beforeEach(async () => {
  // A receiver looks at its own clock.
  vi.useFakeTimers({ toFake: ["Date"], now: noon });
  const courier = createCourier({ mayBeLocal: true, eventGridToken: () => Promise.resolve("token") });
  const memory = memoryPorts();
  ports = { ...memory, courier, drain: (changes) => memory.drain({ courier, ...changes }) };
  receiver = await startReceiver();
  await seed(ports);
});

afterEach(async () => {
  vi.useRealTimers();
  await receiver.stop();
});

async function hook(changes: Partial<Webhook> = {}): Promise<Webhook> {
  const webhook = {
    name: "Receiver",
    description: "",
    id: "",
    url: receiver.url,
    kind: "standardWebhook",
    events: ["message.ended"],
    isEnabled: true,
    ...changes,
  } as const;
  return (await saveWebhook(ports, webhook, undefined, operator)).definition.value;
}

describe("a webhook", () => {
  test("is told by a signed call that a message ended", async () => {
    const { id } = await hook();
    const { message } = await importFile(ports, csv);

    expect(receiver.received).toHaveLength(1);
    const [{ headers, body }] = receiver.received as [Receiver["received"][0]];
    const secret = (await ports.secrets.find(id))!.value.current;
    const told = new Verifier(secret).verify(body, headers as Record<string, string>);
    expect(told).toMatchObject({
      type: "message.ended",
      data: { activityId: `{${importJob.activityId.toUpperCase()}}`, messageId: message.id, state: message.state },
    });
  });
});
