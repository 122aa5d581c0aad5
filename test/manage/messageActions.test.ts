import { beforeEach, describe, expect, test } from "vitest";
import { manageScope } from "../../shared/auth/authority.ts";
import { actionAnswer, actionPreviewAnswer, jobPreviewAnswer } from "../../shared/http/manageActionSchema.ts";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { importFile, look, push } from "../usecases/world.ts";
import { manageApp, managerId } from "./manageApp.ts";

const unknownId = "00000000-0000-4000-8000-00000000dead";
const person = { objectId: "00000000-0000-4000-9000-0000000000d2", name: "a@demo.example" };
const activityId = `{${importJobId.toUpperCase()}}`;
let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;
let rejected: string;
let waits: string;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
  rejected = (await importFile(ports, "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n")).message.id;
  waits = await push(ports, "CustomerGroupId\r\n30\r\n", { externalIdentifier: "waits.csv" });
});

const messageIds = () => [rejected, waits, unknownId];
const preview = (body: object, roles = ["Integration.Read"]) =>
  call("POST", "messages/actions/preview", { body, roles });
const act = (body: object, roles = ["Integration.Manage"]) => call("POST", "messages/actions", { body, roles });

describe("an action on many messages", () => {
  test("is previewed by whoever may look, for each message with what follows or what stands in its way", async () => {
    const { status, json } = await preview({ action: "retry", rows: "rejected", messageIds: messageIds() });

    expect(status).toBe(200);
    actionPreviewAnswer.parse(json);
    const [gone, first, second] = json.items;
    expect(gone).toEqual({ id: unknownId, refusal: { status: 404, code: "notFound", detail: expect.any(String) } });
    expect(first).toMatchObject({
      id: rejected,
      activityId,
      state: "ProcessedWithErrors",
      externalIdentifier: "groups.csv",
      change: { state: "Enqueued", isParked: false, run: 2, rows: "rejected", rowCount: 1 },
    });
    expect(first).not.toHaveProperty("refusal");
    expect(second).toMatchObject({ id: waits, externalIdentifier: "waits.csv", refusal: { code: "conflict" } });
    expect(second).not.toHaveProperty("change");
    expect((await look(ports, rejected)).message.run).toBe(1);
  });

  test("answers for each message what one who asks for it alone is answered", async () => {
    const alone = await call("POST", `messages/${waits}/retry?rows=rejected`);
    const { status, json } = await act({ action: "retry", rows: "rejected", messageIds: messageIds() });

    expect(status).toBe(200);
    actionAnswer.parse(json);
    const refusal = { status: alone.status, code: "conflict", detail: alone.json.detail };
    expect(json).toEqual({
      items: [
        { id: unknownId, isDone: false, refusal: { status: 404, code: "notFound", detail: expect.any(String) } },
        { id: rejected, activityId, isDone: true },
        { id: waits, activityId, isDone: false, refusal },
      ],
      remaining: [],
    });
    expect((await look(ports, rejected)).message.run).toBe(2);
  });

  test("is done by the person who asks, and by nobody who may only look", async () => {
    const body = { action: "discard", reason: "Sent twice.", messageIds: [waits] };
    expect((await act(body, ["Integration.Read"])).status).toBe(403);
    expect((await look(ports, waits)).message.state).toBe("Enqueued");

    const signedIn = { person, scopes: [manageScope] };
    expect((await call("POST", "messages/actions", { body, signedIn })).status).toBe(200);
    const { items } = await ports.audit.list({ object: { kind: "message", target: waits } }, { limit: 1 });
    expect(items[0]).toMatchObject({ action: "discard", target: waits, applicationId: managerId, person });
  });

  test("acts on what was seen alone, when it says when that was", async () => {
    const { json } = await preview({ action: "discard", messageIds: [waits] });
    expect(json.items).toMatchObject([{ change: { state: "Discarded" } }]);
    ports.advance(1);
    await call("POST", `messages/${waits}/discard`, { body: { reason: "First." } });
    const again = await push(ports, "CustomerGroupId\r\n40\r\n", {}, importJob);

    const body = { action: "release", unchangedSince: json.at, messageIds: [again] };
    expect((await act(body)).json.items).toMatchObject([{ refusal: { status: 412, code: "preconditionFailed" } }]);
  });

  test("of a whole job is previewed as well, by the bodies that act on it", async () => {
    const roles = ["Integration.Read"];
    const parked = { parked: true, reason: "time-out" };
    const retry = await call("POST", `jobs/${importJobId}/messages/retry/preview`, { body: parked, roles });
    const discard = await call("POST", `jobs/${importJobId}/messages/discard/preview`, {
      body: { standing: "waiting" },
      roles,
    });

    expect(retry.json).toEqual({ activityId, items: [], remaining: 0 });
    jobPreviewAnswer.parse(discard.json);
    expect(discard.json).toMatchObject({ activityId, items: [{ id: waits, change: { state: "Discarded" } }] });
    expect((await look(ports, waits)).message.state).toBe("Enqueued");
  });

  test.each([
    ["no messages", { action: "retry", messageIds: [] }, "messageIds"],
    ["a message twice", { action: "retry", messageIds: [unknownId, `{${unknownId.toUpperCase()}}`] }, "messageIds[1]"],
    ["what is no id", { action: "retry", messageIds: ["x"] }, "messageIds[0]"],
    ["more than 200", { action: "retry", messageIds: ids(201) }, "messageIds"],
    ["an action that there is not", { action: "run", messageIds: [unknownId] }, "action"],
    ["an option of another action", { action: "release", rows: "all", messageIds: [unknownId] }, "rows"],
    ["a discard without a reason", { action: "discard", messageIds: [unknownId] }, "reason"],
    [
      "a validation of rows that are not staged",
      { action: "retry", execute: false, messageIds: [unknownId] },
      "execute",
    ],
    ["a time without a zone", { action: "retry", unchangedSince: "2026-11-24", messageIds: [unknownId] }, "unchanged"],
  ])("is refused for %s, where that stands in the body", async (_, body, path) => {
    const { status, json } = await act(body);

    expect([status, json.errors?.[0]?.path]).toEqual([400, expect.stringContaining(path)]);
  });
});

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
}
