import { beforeEach, describe, expect, test } from "vitest";
import * as answers from "../../shared/http/manageAnswerSchemas.ts";
import type { AuditEntry } from "../../shared/domain/auditEntry.ts";
import {
  bytesOf,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  listedApplication,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { define, enqueue, takeDelivery } from "../usecases/world.ts";
import { manageApp, managerId } from "./manageApp.ts";

const csv =
  "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n10,Wholesale,Yes,012.500\r\n20,,0,\r\n,No key,1,1\r\n";

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
});

function push(text: string, externalIdentifier = "groups.csv"): Promise<string> {
  return enqueue(ports, importJob, {
    applicationId: listedApplication,
    entity: "customer Groups",
    company: undefined,
    externalIdentifier,
    idempotencyKey: undefined,
    declaredBytes: undefined,
    body: bytesOf(text),
  });
}

async function importFile(text: string, externalIdentifier?: string): Promise<string> {
  const id = await push(text, externalIdentifier);
  expect((await call("POST", `jobs/${importJobId}/run`)).status).toBe(202);
  await ports.drain();
  return id;
}

describe("a message", () => {
  test("shows its states, its run and where its rejected records are", async () => {
    const id = await importFile(csv);

    const message = await call("GET", `messages/{${id.toUpperCase()}}`);

    answers.messageDetailAnswer.parse(message.json);
    expect(message.json).toMatchObject({ state: "ProcessedWithErrors", externalIdentifier: "groups.csv" });
    expect(message.json.history.map((change: { state: string }) => change.state)).toEqual([
      "Enqueued",
      "PreProcessing",
      "Processing",
      "ProcessedWithErrors",
    ]);
    const [entity] = message.json.execution.entities;
    expect(entity).toMatchObject({ rowsRead: 3, succeeded: 2, failed: 1 });
    const failed = await call("GET", entity.links.failed.split("/manage/api/")[1]);
    expect(failed.text).toContain("No key");
    const execution = await call("GET", `executions/${message.json.executionId}`);
    answers.executionAnswer.parse(execution.json);
  });

  test("gives its original bytes back under a name that is safe to save", async () => {
    const id = await importFile(csv, '../grüße "1".csv');

    const content = await call("GET", `messages/${id}/content`);

    expect(content.text).toBe(csv);
    expect(content.headers.get("content-disposition")).toBe(
      `attachment; filename="_gr__e _1_.csv"; filename*=UTF-8''_gr%C3%BC%C3%9Fe%20_1_.csv`,
    );
  });

  test("is discarded with a reason, which the answer, the list and the audit trail keep", async () => {
    const id = await push(csv);
    const recorded: AuditEntry[] = [];
    const record = (entry: AuditEntry) => Promise.resolve(void recorded.push(entry));
    const audited = await manageApp({ ...ports, audit: { ...ports.audit, record } });
    const body = { reason: "  Sent twice. " };

    const discarded = await audited("POST", `messages/${id}/discard`, { body });
    const again = await audited("POST", `messages/${id}/discard`, { body: { reason: "Another." } });

    expect([discarded.status, again.status]).toEqual([200, 200]);
    answers.acceptedAnswer.parse(discarded.json);
    const message = await call("GET", `messages/${id}`);
    answers.messageDetailAnswer.parse(message.json);
    expect(message.json).toMatchObject({
      state: "Discarded",
      discarded: { applicationId: managerId, reason: "Sent twice." },
    });
    expect(message.json.history.at(-1)).toMatchObject({ state: "Discarded", at: message.json.discarded.at });
    const listed = await call("GET", `jobs/${importJobId}/messages?state=discarded`);
    expect(listed.json.items.map((item: { id: string }) => item.id)).toEqual([id]);
    expect(recorded.filter(({ action }) => action === "discard")).toEqual([
      expect.objectContaining({ target: id, activityId: importJobId, applicationId: managerId, detail: "Sent twice." }),
    ]);
  });

  test("is not discarded without a reason, nor when it was processed", async () => {
    const id = await importFile(csv);
    const discard = (body: unknown) => call("POST", `messages/${id}/discard`, { body });

    for (const body of [{}, { reason: "" }, { reason: "two\nlines" }, { reason: "r", force: true }]) {
      expect((await discard(body)).status).toBe(400);
    }
    expect((await discard({ reason: "r" })).status).toBe(409);
    expect((await call("POST", `messages/${listedApplication}/discard`, { body: { reason: "r" } })).status).toBe(404);
  });

  test("is discarded together with all that its job has open, which answers what is left", async () => {
    const ids = [await push(csv), await push(csv)];
    const address = `jobs/${importJobId}/messages/discard`;
    for (const body of [{}, { reason: "r", standing: "inProcess" }, { reason: "r", before: "yesterday" }]) {
      expect((await call("POST", address, { body })).status).toBe(400);
    }

    const none = await call("POST", address, { body: { reason: "r", before: "2026-11-24T12:00:00+01:00" } });
    const all = await call("POST", address, { body: { reason: "Not wanted.", standing: "waiting" } });

    expect(none.json.discarded).toEqual([]);
    answers.discardedAnswer.parse(all.json);
    expect(all.json).toEqual({
      activityId: `{${importJobId.toUpperCase()}}`,
      discarded: ids,
      skipped: [],
      remaining: 0,
    });
  });

  test("is not retried behind a newer one unless somebody forces it", async () => {
    const id = await importFile(csv);
    const newer = await importFile("CustomerGroupId,Description\r\n10,Newer\r\n", "newer.csv");

    const refused = await call("POST", `messages/${id}/retry`);
    expect(refused.status).toBe(409);
    expect(refused.json.detail).toContain(`message ${newer} ("newer.csv", Processed)`);
    expect((await call("POST", `messages/${id}/retry?force=yes`)).status).toBe(400);
    expect((await call("POST", `messages/${id}/retry?force=true`)).status).toBe(202);
  });

  test("is retried for its rejected rows alone, which its run then says", async () => {
    const id = await importFile(csv);
    const { executionId } = (await call("GET", `messages/${id}`)).json;

    expect((await call("POST", `messages/${id}/retry?rows=bad`)).status).toBe(400);
    expect((await call("POST", `messages/${id}/retry?rows=rejected`)).status).toBe(202);
    await ports.drain();
    const { json } = await call("GET", `messages/${id}`);
    answers.messageDetailAnswer.parse(json);
    expect(json).toMatchObject({ run: 2, rejectedRowsOf: executionId, state: "ProcessedWithErrors" });
    expect(json.execution).toMatchObject({ rejectedRowsOf: executionId, entities: [{ rowsRead: 1, failed: 1 }] });
  });

  test("is retried once, however often it is asked", async () => {
    const id = await importFile("Nothing,Known\r\n1,2\r\n");

    expect((await call("POST", `messages/${id}/retry`)).status).toBe(202);
    expect((await call("POST", `messages/${id}/retry`)).status).toBe(409);
    await ports.drain();
    expect((await call("GET", `messages/${id}`)).json).toMatchObject({ state: "PreProcessingError", run: 2 });
  });

  test("is redelivered once it was acknowledged, which its history and the audit trail keep", async () => {
    await importFile(csv);
    await call("POST", `jobs/${exportJobId}/run`);
    await ports.drain();
    const { id } = (await call("GET", `jobs/${exportJobId}/messages`)).json.items[0];
    const early = await call("POST", `messages/${id}/redeliver`);
    await define(ports, "job", exportJobId, { ...exportJob, ackWithoutDownload: "accept" });
    const { delivery } = (await dequeueMessage(ports, exportJob))!;
    await acknowledgeMessage(ports, { ...exportJob, ackWithoutDownload: "accept" }, delivery!);
    const acked = await call("GET", `messages/${id}`);
    const entries: AuditEntry[] = [];
    const watching = {
      ...ports,
      audit: { ...ports.audit, record: async (entry: AuditEntry) => void entries.push(entry) },
    };
    const redeliver = new URL(acked.json.links.redeliver).pathname.replace("/manage/api/", "");
    const redelivered = await (await manageApp(watching))("POST", redeliver);
    const message = await call("GET", `messages/${id}`);

    answers.messageDetailAnswer.parse(acked.json);
    answers.messageDetailAnswer.parse(message.json);
    expect([early.status, early.json.detail]).toEqual([409, expect.stringContaining("was not acknowledged")]);
    expect(acked.json).toMatchObject({ state: "Acked", isAckedWithoutDownload: true });
    expect(acked.json.history.at(-1)).toMatchObject({ state: "Acked", note: "acked without download" });
    expect([redelivered.status, redelivered.json.id]).toEqual([202, id]);
    expect(message.json).toMatchObject({ state: "Enqueued", redeliveries: 1 });
    expect(message.json.history.at(-1)).toMatchObject({ state: "Enqueued", note: "redelivered" });
    expect(entries).toMatchObject([{ applicationId: managerId, action: "redeliver", kind: "message", target: id }]);
  });

  test.each(["release", "retry"])("that is an export answers %s with what can be done instead", async (verb) => {
    await importFile(csv);
    await call("POST", `jobs/${exportJobId}/run`);
    await ports.drain();
    const { id } = (await call("GET", `jobs/${exportJobId}/messages`)).json.items[0];

    const offered = await call("POST", `messages/${id}/${verb}`);
    await takeDelivery(ports, exportJob, (await dequeueMessage(ports, exportJob))!);
    const acked = await call("POST", `messages/${id}/${verb}`);

    expect([offered.status, acked.status]).toEqual([409, 409]);
    expect([offered.json.detail, acked.json.detail]).toEqual([
      expect.stringContaining("discard gives it up"),
      expect.stringContaining("redeliver puts it back into its queue"),
    ]);
  });

  test("that nobody knows is not found", async () => {
    for (const address of ["", "/content"]) {
      expect((await call("GET", `messages/00000000-0000-7000-8000-000000000000${address}`)).status).toBe(404);
    }
    expect((await call("GET", "messages/nonsense")).status).toBe(400);
  });
});

describe("the messages of a job", () => {
  test("are listed newest first, page by page", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 5; number++) {
      ports.advance(1);
      ids.unshift(await push(csv));
    }

    const first = await call("GET", `jobs/${importJobId}/messages?limit=3`);
    const second = await call("GET", `jobs/${importJobId}/messages?limit=3&continuation=${first.json.continuation}`);

    answers.messagesAnswer.parse(first.json);
    const listed = [...first.json.items, ...second.json.items].map((message: { id: string }) => message.id);
    expect(listed).toEqual(ids);
    expect(second.json).not.toHaveProperty("continuation");
  });

  test("are filtered by state without leaving one out", async () => {
    const failed = await importFile("Nothing,Known\r\n1,2\r\n");
    for (let number = 0; number < 30; number++) await push(csv);

    let address = `jobs/${importJobId}/messages?state=preprocessingerror&limit=1`;
    const found: string[] = [];
    for (let pages = 0; pages < 20; pages++) {
      const { json } = await call("GET", address);
      found.push(...json.items.map((message: { id: string }) => message.id));
      if (!json.continuation) break;
      address = `jobs/${importJobId}/messages?state=preprocessingerror&limit=1&continuation=${json.continuation}`;
    }

    expect(found).toEqual([failed]);
  });

  test("are filtered into pages that are never longer than asked for, and leave none out", async () => {
    await importFile("Nothing,Known\r\n1,2\r\n");
    for (let number = 0; number < 7; number++) await push(csv);

    const lengths: number[] = [];
    let continuation = "";
    for (let pages = 0; pages < 10; pages++) {
      const { json } = await call("GET", `jobs/${importJobId}/messages?state=Enqueued&limit=3${continuation}`);
      lengths.push(json.items.length);
      if (json.continuation === undefined) break;
      continuation = `&continuation=${json.continuation}`;
    }

    expect(lengths).toEqual([3, 3, 1]);
  });

  test.each(["state=Lost", "limit=0", "limit=201", "limit=1.5", "continuation=%21", "continuation="])(
    "are not listed by %s",
    async (query) => {
      expect((await call("GET", `jobs/${importJobId}/messages?${query}`)).status).toBe(400);
    },
  );
});

describe("the parked messages of a job", () => {
  const retry = (body: unknown) => call("POST", `jobs/${importJobId}/messages/retry`, { body });

  async function parkOne(): Promise<string> {
    await define(ports, "job", importJobId, { ...importJob, attemptsMax: 1 });
    const id = await push("CustomerGroupId\r\n10\r\n");
    const upsert = () => Promise.reject(new Error("the disk is full"));
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id).catch(() => undefined);
    return id;
  }

  test("are retried together, by their reason, and the answer says which and which not", async () => {
    const parked = await parkOne();

    expect((await retry({ parked: true, reason: "no such text" })).json.retried).toEqual([]);
    const answer = await retry({ parked: true, reason: "Disk" });
    expect(answer.status).toBe(202);
    expect(answers.retriedAnswer.parse(answer.json)).toMatchObject({ retried: [parked], skipped: [], remaining: 0 });
    await ports.drain();
    expect((await call("GET", `messages/${parked}`)).json).toMatchObject({ state: "Processed", run: 2 });
  });

  test("that may not be retried are told with why", async () => {
    const parked = await parkOne();
    await importFile("CustomerGroupId\r\n10\r\n");

    const { json } = await retry({ parked: true });
    expect(answers.retriedAnswer.parse(json)).toMatchObject({ retried: [], skipped: [{ id: parked }], remaining: 0 });
    expect((await retry({ parked: true, force: true })).json.retried).toEqual([parked]);
  });

  test.each([{}, { parked: false }, { parked: true, reson: "x" }, { parked: true, reason: "" }, { parked: "true" }])(
    "are not retried by %j",
    async (body) => {
      expect((await retry(body)).status).toBe(400);
    },
  );

  test("are retried by nobody who may only read", async () => {
    const options = { body: { parked: true }, roles: ["Integration.Read"] };
    expect((await call("POST", `jobs/${importJobId}/messages/retry`, options)).status).toBe(403);
  });
});

describe("the records of an entity", () => {
  test("are typed by their fields, and reals stay exact text", async () => {
    await importFile(csv);

    const { json } = await call("GET", "entities/Customer groups/records?company=usmf");

    answers.recordsAnswer.parse(json);
    expect(json.items).toEqual([
      { CUSTOMERGROUPID: "10", DESCRIPTION: "Wholesale", ISSALESTAXINCLUDED: true, CREDITLIMIT: "12.5" },
      { CUSTOMERGROUPID: "20", DESCRIPTION: null, ISSALESTAXINCLUDED: false, CREDITLIMIT: null },
    ]);
  });

  test("are paged in key order, and found by key", async () => {
    await importFile(csv);
    const records = "entities/Customer groups/records?company=USMF";

    const first = await call("GET", `${records}&limit=1`);
    const second = await call("GET", `${records}&limit=1&continuation=${first.json.continuation}`);

    expect([first, second].map(({ json }) => json.items[0].CUSTOMERGROUPID)).toEqual(["10", "20"]);
    expect(second.json).not.toHaveProperty("continuation");
    for (const key of ["key=20", "customergroupid=20"]) {
      expect((await call("GET", `${records}&${key}`)).json.items).toEqual(second.json.items);
    }
    expect((await call("GET", `${records}&key=30`)).json.items).toEqual([]);
    expect((await call("GET", "entities/Customer groups/records?company=DEMF")).json.items).toEqual([]);
  });

  test.each(["", "?company=toolong", "?company=USMF&key=1&key=2", "?company=USMF&description=x", "?company=USMF&key="])(
    "are refused with %s",
    async (query) => {
      expect((await call("GET", `entities/Customer groups/records${query}`)).status).toBe(400);
    },
  );
});

test("the ledger shows what ran, and the next ten due times of an enabled job", async () => {
  const created = await call("GET", `jobs/${importJobId}`);
  const { json: body } = created;
  await call("PUT", `jobs/${importJobId}`, { body, headers: { "if-match": "*" } });
  await importFile(csv);

  const { json } = await call("GET", `jobs/${importJobId}/occurrences`);

  answers.occurrencesAnswer.parse(json);
  expect(json.items).toMatchObject([{ trigger: "manual", state: "finished", dueAt: "2026-11-24T11:59:59.999Z" }]);
  expect(json.next).toHaveLength(10);
  expect(json.next.slice(0, 2)).toEqual(["2026-11-24T12:00:00.000Z", "2026-11-24T12:01:00.000Z"]);
});

test("the load of a job comes with a suggestion that says what it still needs", async () => {
  await ports.loadSamples.add(exportJobId, {
    at: ports.clock.now(),
    waiting: 1,
    oldestAgeMs: 5,
    inProcess: 0,
    processedSinceLast: 0,
    failedSinceLast: 0,
    bytesWaiting: 10,
  });

  const { json } = await call("GET", `jobs/${exportJobId}/load`);

  answers.loadAnswer.parse(json);
  expect(json.items).toHaveLength(1);
  expect(json.suggestion.kind).toBe("notEnoughSamples");
});
