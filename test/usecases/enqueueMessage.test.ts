import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Upload } from "../../shared/usecases/enqueue/enqueueMessage.ts";
import { bytesOf, importJob, importJobId, packageJob, packageJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { look, manifestOf, packageOf, push, textOf } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts({ bodyBytesMax: 2 * 1024 * 1024 });
  await seed(ports);
});

const body = "CustomerGroupId\r\n10\r\n";
const minute = 60_000;

async function traces(): Promise<{ readonly payloads: readonly string[]; readonly messages: readonly string[] }> {
  const payloads = (await ports.files.list("inbound", "", { limit: 100 })).items.map(({ name }) => name);
  const messages: string[] = [];
  for (const activityId of [importJobId, packageJobId]) {
    messages.push(...(await ports.messages.list(activityId, { limit: 100 })).items.map(({ id }) => id));
  }
  return { payloads, messages };
}

const nothing = { payloads: [], messages: [] };

describe("an accepted file", () => {
  test("is stored to the byte, with its hash, and waits in the job's line", async () => {
    const messageId = await push(ports, body, { entity: "CUSTCUSTOMERGROUPENTITY" });

    expect(await textOf(ports.files.read("inbound", messageId))).toBe(body);
    expect((await look(ports, messageId)).message).toMatchObject({
      state: "Enqueued",
      entity: "Customer groups",
      company: "USMF",
      externalIdentifier: "groups.csv",
      sizeBytes: body.length,
      sha256: createHash("sha256").update(body).digest("hex"),
    });
    expect((await ports.messages.listWaiting(importJobId, "", 10)).map((waiting) => waiting.messageId)).toEqual([
      messageId,
    ]);
  });

  test("is a message each time it is pushed without a key", async () => {
    expect(await push(ports, body)).not.toBe(await push(ports, body));
  });

  test("may come in chunks of a byte", async () => {
    const messageId = await push(ports, "", { body: bytesOf(...body.split("")) });

    expect(await textOf(ports.files.read("inbound", messageId))).toBe(body);
  });
});

describe("an enqueue that is refused leaves nothing behind and says what to do", () => {
  const zip = Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0, 0);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(body);
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  const cases: readonly (readonly [string, () => Partial<Upload>, RecurringJob, string, string])[] = [
    ["without an entity", () => ({ entity: undefined }), importJob, "invalid", '?entity= one of "Customer groups"'],
    ["with an entity of blanks", () => ({ entity: "  " }), importJob, "invalid", '"Customer groups"'],
    ["with another entity", () => ({ entity: "Vendors" }), importJob, "invalid", 'It takes: "Customer groups"'],
    ["without a body", () => ({ body: bytesOf() }), importJob, "invalid", "The body is empty"],
    ["with a zip on a file job", () => ({ body: bytesOf(zip) }), importJob, "invalid", "Push it to a package job"],
    ["with a file on a package job", () => ({}), packageJob, "invalid", "the body is no zip file"],
    ["with two bytes on a package job", () => ({ body: bytesOf("PK") }), packageJob, "invalid", "no zip file"],
    ["with a cut package", () => ({ body: bytesOf(zip) }), packageJob, "invalid", "zip"],
    ["longer than declared", () => ({ declaredBytes: 5 }), importJob, "invalid", "Content-Length says 5"],
    ["shorter than declared", () => ({ declaredBytes: 500 }), importJob, "invalid", "Content-Length says 500"],
    ["declared too large", () => ({ declaredBytes: 3 * 1024 * 1024 }), importJob, "tooLarge", "larger than 2 MB"],
    [
      "too large in fact",
      () => ({ body: bytesOf(Buffer.alloc(2 * 1024 * 1024, 65), "B") }),
      importJob,
      "tooLarge",
      "2 MB",
    ],
    [
      "with a company that is none",
      () => ({ company: "TOOLONG" }),
      { ...importJob, useCompanyFromMessage: true },
      "invalid",
      "1 to 4 letters or digits",
    ],
  ];
  for (const [what, upload, job, code, text] of cases) {
    test(`${what}, also under an idempotency key, which is free afterwards`, async () => {
      for (const idempotencyKey of [undefined, "k"]) {
        const refused = push(ports, body, { ...upload(), idempotencyKey }, job);
        await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
      }

      expect(await traces()).toEqual(nothing);
      expect(await ports.idempotency.find(job.activityId, "key:k")).toBeUndefined();
    });
  }

  test("with a body that breaks off", async () => {
    await expect(push(ports, "", { body: broken(), idempotencyKey: "k" })).rejects.toThrow("aborted");

    expect(await traces()).toEqual(nothing);
    expect(await push(ports, body, { idempotencyKey: "k" })).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("before it reads a byte of a body that is declared too large", async () => {
    let isRead = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      isRead = true;
      yield Buffer.from(body);
    }
    await expect(push(ports, "", { body: watched(), declaredBytes: 1e9 })).rejects.toMatchObject({ code: "tooLarge" });
    expect(isRead).toBe(false);
  });

  test("at the byte that passes the limit, and not after the rest", async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        chunks += 1;
        yield Buffer.alloc(1024 * 1024, 65);
      }
    }
    await expect(push(ports, "", { body: endless() })).rejects.toMatchObject({ code: "tooLarge" });
    expect(chunks).toBe(3);
  });
});

test("a package job ignores the query's entity", async () => {
  const bytes = await packageOf(manifestOf({}), { "Customer groups.csv": body });
  const messageId = await push(ports, bytes, { entity: "Whatever" }, packageJob);

  expect((await look(ports, messageId, packageJob)).message.entity).toBeUndefined();
});

describe("an idempotency key", () => {
  const keyed = { idempotencyKey: "order-17" };

  test("gives the first message to every repeat with the same body", async () => {
    const first = await push(ports, body, keyed);

    expect(await push(ports, body, keyed)).toBe(first);
    expect(await push(ports, body, keyed)).toBe(first);
    expect(await traces()).toEqual({ payloads: [first], messages: [first] });
  });

  test("refuses another body, and stays the first one's", async () => {
    const first = await push(ports, body, keyed);

    await expect(push(ports, `${body}20\r\n`, keyed)).rejects.toMatchObject({ code: "unprocessable" });
    expect(await push(ports, body, keyed)).toBe(first);
  });

  test("refuses a repeat while the first is on its way", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(body);
      await released;
    }
    const first = push(ports, "", { ...keyed, body: slow() });
    await new Promise(setImmediate);

    await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict" });
    release();
    const messageId = await first;
    expect(await push(ports, body, keyed)).toBe(messageId);
  });

  test("belongs to one job", async () => {
    const other = { ...importJob, activityId: packageJobId };

    expect(await push(ports, body, keyed)).not.toBe(await push(ports, body, keyed, other));
  });

  test("is free again when the request that held it died", async () => {
    await ports.idempotency.insert(importJobId, "key:order-17", {
      messageId: ports.ids.next(),
      reservedAt: ports.clock.now(),
    });
    await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict" });
    ports.advance(10 * minute);

    const messageId = await push(ports, body, keyed);
    expect(await traces()).toEqual({ payloads: [messageId], messages: [messageId] });
  });

  test("stands for one message even when the request that held it was only slow", async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(body);
      ports.advance(11 * minute);
      const other = await push(ports, body, keyed);
      accepted.push(other);
    }
    const accepted: string[] = [];

    await expect(push(ports, "", { ...keyed, body: slow() })).rejects.toMatchObject({ code: "conflict" });
    expect(await traces()).toEqual({ payloads: accepted, messages: accepted });
    expect(await push(ports, body, keyed)).toBe(accepted[0]);
  });

  test("finds a message whose accept was never answered", async () => {
    const first = await push(ports, body, keyed);
    const key = "key:order-17";
    const stored = (await ports.idempotency.find(importJobId, key))!;
    const { sha256: _, ...unsettled } = stored.value;
    await ports.idempotency.replace(importJobId, key, unsettled, stored.etag);

    expect(await push(ports, body, keyed)).toBe(first);
  });
});

describe("a job with a duplicate window", () => {
  const job = { ...importJob, duplicateWindowMinutes: 5 };

  test("takes the same file under the same identifier once within the window", async () => {
    const first = await push(ports, body, {}, job);
    ports.advance(4 * minute);

    expect(await push(ports, body, {}, job)).toBe(first);
    expect(await traces()).toEqual({ payloads: [first], messages: [first] });
    ports.advance(minute);
    expect(await push(ports, body, {}, job)).not.toBe(first);
  });

  test("takes other bytes, another identifier or none as another file", async () => {
    const ids = [
      await push(ports, body, {}, job),
      await push(ports, `${body}20\r\n`, {}, job),
      await push(ports, body, { externalIdentifier: "other.csv" }, job),
      await push(ports, body, { externalIdentifier: undefined }, job),
      await push(ports, body, { externalIdentifier: undefined }, job),
    ];

    expect(new Set(ids).size).toBe(5);
  });

  test("lets a key of its own stand for the duplicate's first message", async () => {
    const first = await push(ports, body, {}, job);

    expect(await push(ports, body, { idempotencyKey: "k" }, job)).toBe(first);
    expect(await push(ports, body, { idempotencyKey: "k" }, job)).toBe(first);
    await expect(push(ports, "Other\r\n1\r\n", { idempotencyKey: "k" }, job)).rejects.toMatchObject({
      code: "unprocessable",
    });
  });
});
