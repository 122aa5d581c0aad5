import { beforeEach, describe, expect, test } from "vitest";
import type { CourierRequest } from "../../shared/ports/webhooks.ts";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { importFile } from "../usecases/world.ts";
import { type Call, manageApp } from "./manageApp.ts";

const address = "webhooks/Receiver";
const body = { name: "Receiver", url: "https://receiver.example/events", events: ["message.ended"] };
const replacing: Call = { headers: { "if-match": "*" } };
const shownId = `{${importJobId.toUpperCase()}}`;

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;
let sent: CourierRequest[];

beforeEach(async () => {
  const memory = memoryPorts();
  sent = [];
  const post = (request: CourierRequest) => {
    sent.push(request);
    return Promise.resolve({ status: 500 });
  };
  const courier = { ...memory.courier, mayBeLocal: false, post };
  ports = { ...memory, courier, drain: (changes) => memory.drain({ courier, ...changes }) };
  await seed(ports);
  call = await manageApp(ports);
});

describe("a webhook", () => {
  test("is made, read, listed and sent back as it was read", async () => {
    const created = await call("PUT", address, { body: { ...body, activityId: importJobId } });
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe("https://files.example/manage/api/webhooks/Receiver");

    const read = await call("GET", address);
    expect(read.json).toMatchObject({
      ...body,
      kind: "standardWebhook",
      activityId: shownId,
      isEnabled: true,
      version: 1,
    });
    expect((await call("GET", "webhooks")).json.items).toMatchObject([{ name: "Receiver" }]);
    const headers = { "if-match": read.headers.get("etag") ?? "" };
    expect((await call("PUT", address, { body: read.json, headers })).json).toMatchObject({ version: 2 });
    expect((await call("PUT", address, { body: read.json, headers })).status).toBe(412);
    expect((await call("GET", `${address}/versions`)).json.items).toHaveLength(2);
  });

  test.each([
    ["url", { url: "not a url" }],
    ["url", { url: "http://receiver.example/" }],
    ["url", { url: "ftp://receiver.example/" }],
    ["url", { url: "https://user:secret@receiver.example/" }],
    ["url", { url: "https://receiver.example/#part" }],
    ["url", { kind: "eventGrid" }],
    ["kind", { kind: "carrierPigeon" }],
    ["events", { events: [] }],
    ["events[0]", { events: ["message.lost"] }],
    ["events", { events: ["run.missed", "run.missed"] }],
    ["loadBounds", { events: ["load.exceeded"] }],
    ["loadBounds", { events: ["load.exceeded"], loadBounds: {} }],
    ["loadBounds", { loadBounds: { waiting: 5 } }],
    ["loadBounds.waiting", { events: ["load.exceeded"], loadBounds: { waiting: 0 } }],
    ["activityId", { activityId: "00000000-0000-4000-8000-00000000dead" }],
    ["secret", { secret: "whsec_x" }],
    ["id", { id: "00000000-0000-4000-8000-00000000dead" }],
  ])("is refused for its %s: %j", async (path, members) => {
    const refused = await call("PUT", address, { body: { ...body, ...members } });
    const checked = await call("POST", `${address}/check`, { body: { ...body, ...members } });

    expect(refused.status).toBe(400);
    expect(refused.json.errors[0].path).toBe(path);
    expect(checked.json).toMatchObject({ problems: [{ path }] });
  });

  test("keeps its kind, since its secret is for that alone", async () => {
    await call("PUT", address, { body });
    const url = "https://topic.westeurope-1.eventgrid.azure.net/api/events";
    const refused = await call("PUT", address, { body: { ...body, url, kind: "eventGrid" }, ...replacing });

    expect(refused.json.errors).toMatchObject([{ path: "kind" }]);
  });

  test("is one of a hundred at most", async () => {
    for (let number = 0; number < 100; number++) {
      await call("PUT", `webhooks/Receiver%20${number}`, { body: { ...body, name: `Receiver ${number}` } });
    }

    expect((await call("PUT", address, { body })).status).toBe(409);
  });

  test("that was deleted is gone with its log, also under its name", async () => {
    await call("PUT", address, { body });
    await call("POST", `${address}/test`);
    expect((await call("DELETE", address)).status).toBe(204);
    expect((await call("GET", `${address}/deliveries`)).status).toBe(404);

    await call("PUT", address, { body });
    expect((await call("GET", `${address}/deliveries`)).json.items).toEqual([]);
  });
});

describe("the secret of a webhook", () => {
  test("is in the answer that made it, and in no other one, nor in the audit trail, the log or a version", async () => {
    await call("PUT", address, { body });
    const made = await call("POST", `${address}/secret`, { body: {} });
    const { secret } = made.json;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const given = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    const changed = await call("POST", `${address}/secret`, { body: { secret: given, overlapHours: 2 } });
    expect(changed.json).not.toHaveProperty("secret");
    expect(Date.parse(changed.json.previousUntil) - Date.parse(changed.json.changedAt)).toBe(2 * 3_600_000);

    await importFile(ports, "CUSTOMERGROUPID\n10\n");
    await call("PUT", address, { body: { ...body, description: "again" }, ...replacing });
    const seen = [
      ...["", "/versions", "/versions/1", "/versions/2/changes", "/deliveries"].map((rest) => address + rest),
      "webhooks",
      "audit",
    ];
    const texts = await Promise.all(seen.map(async (from) => (await call("GET", from)).text));
    for (const text of [...texts, JSON.stringify(ports.logged), JSON.stringify(sent)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(given);
    }
    expect(texts.at(-1)).toContain('"rotate"');
  });

  test.each([
    ["secret", { secret: "short" }],
    ["overlapHours", { overlapHours: -1 }],
    ["overlapHours", { overlapHours: 721 }],
  ])("is refused for its %s: %j", async (path, members) => {
    await call("PUT", address, { body });

    const refused = await call("POST", `${address}/secret`, { body: members });
    expect(refused.json.errors).toMatchObject([{ path }]);
  });

  test("of a topic is the access key that its owner gives", async () => {
    const url = "https://topic.westeurope-1.eventgrid.azure.net/api/events";
    await call("PUT", address, { body: { ...body, url, kind: "eventGrid" } });

    expect((await call("POST", `${address}/secret`, { body: {} })).json.errors).toMatchObject([{ path: "secret" }]);
    expect((await call("POST", `${address}/secret`, { body: { secret: "a key" } })).status).toBe(200);
  });
});

describe("the deliveries of a webhook", () => {
  test("are a log, page by page and by state, whose lines are sent again", async () => {
    await call("PUT", address, { body });
    ports.advance(1);
    const tested = await call("POST", `${address}/test`);
    expect(tested.status).toBe(202);
    ports.advance(1);
    const { message } = await importFile(ports, "CUSTOMERGROUPID\n10\n");

    const first = await call("GET", `${address}/deliveries?limit=1`);
    expect(first.json.items).toMatchObject([
      {
        type: "message.ended",
        activityId: shownId,
        data: { messageId: message.id },
        state: "pending",
        tries: 1,
        lastTries: [{ status: 500, failure: "It answered 500." }],
      },
    ]);
    const rest = await call("GET", `${address}/deliveries?continuation=${first.json.continuation}`);
    expect(rest.json.items).toMatchObject([{ id: tested.json.id, type: "webhook.test" }]);
    expect((await call("GET", `${address}/deliveries?state=delivered`)).json.items).toEqual([]);

    const { id } = tested.json;
    const before = sent.length;
    expect((await call("POST", `${address}/deliveries/${id}/resend`)).status).toBe(202);
    await ports.drain();
    expect(sent.length).toBe(before + 1);
    expect((await call("GET", `${address}/deliveries/${id}`)).json).toMatchObject({ tries: 2, state: "pending" });
    expect((await call("GET", "audit?kind=webhook&target=Receiver")).json.items).toMatchObject([
      { action: "resend", detail: id },
      { action: "test", detail: id },
      { action: "save" },
    ]);
  });

  test("are refused where there is no such delivery, state or webhook, or it is disabled", async () => {
    await call("PUT", address, { body: { ...body, isEnabled: false } });
    const status = async (method: string, from: string) => (await call(method, from)).status;

    expect(await status("GET", `${address}/deliveries?state=lost`)).toBe(400);
    expect(await status("GET", `${address}/deliveries/no-id`)).toBe(400);
    expect(await status("GET", `${address}/deliveries/${importJob.activityId}`)).toBe(404);
    expect(await status("GET", "webhooks/Nobody/deliveries")).toBe(404);
    expect(await status("POST", "webhooks/Nobody/test")).toBe(404);
    expect(await status("POST", `${address}/test`)).toBe(409);
  });
});
