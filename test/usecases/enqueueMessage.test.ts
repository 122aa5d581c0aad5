import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import type { Upload } from "../../shared/usecases/enqueue/enqueueMessage.ts";
import {
  bytesOf,
  customerGroups,
  importJob,
  importJobId,
  packageJob,
  packageJobId,
  seed,
} from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { keepKeyAsFirstRelease } from "../support/firstRelease.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, look, manifestOf, packageOf, push, textOf } from "./world.ts";

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

describe("a file whose entity is not named", () => {
  test("is for the only enabled line of its project", async () => {
    await define(ports, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });
    await defineLines(ports, [{ entity: "Vendors", isEnabled: false }, {}]);

    for (const entity of [undefined, "", "  "]) {
      const messageId = await push(ports, body, { entity });
      expect((await look(ports, messageId)).message.entity).toBe("Customer groups");
    }
  });

  test("is refused where there are several, with the names to choose from", async () => {
    await define(ports, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });
    await defineLines(ports, [{}, { entity: "Vendors" }]);

    for (const entity of [undefined, "  "]) {
      await expect(push(ports, body, { entity })).rejects.toMatchObject({
        code: "invalid",
        message: 'Name the entity of the file: ?entity= one of "Customer groups", "Vendors".',
        members: [{ path: "entity" }],
      });
    }
    expect(await traces()).toEqual(nothing);
  });
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

  test("refuses a repeat while the first is on its way, and says when to come again", async () => {
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

    await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict", retryAfterSeconds: 15 });
    release();
    const messageId = await first;
    expect(await push(ports, body, keyed)).toBe(messageId);
  });

  test("belongs to one job", async () => {
    const other = { ...importJob, activityId: packageJobId };

    expect(await push(ports, body, keyed)).not.toBe(await push(ports, body, keyed, other));
  });

  test("knows what the file was for: another entity or company under it is refused", async () => {
    const job = { ...importJob, useCompanyFromMessage: true };
    await define(ports, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });
    await defineLines(ports, [{}, { entity: "Vendors" }]);
    const first = await push(ports, body, { ...keyed, company: "USMF" }, job);

    for (const other of [{ company: "DEMF" }, { company: "USMF", entity: "vendors" }]) {
      const refused = push(ports, body, { ...keyed, ...other }, job);
      await expect(refused).rejects.toMatchObject({
        code: "unprocessable",
        message: expect.stringContaining("another entity or company"),
      });
    }
    const spelledOtherwise = { ...keyed, company: "usmf", entity: "custcustomergroupENTITY" };
    expect(await push(ports, body, spelledOtherwise, job)).toBe(first);
    expect(await push(ports, body, keyed, job)).toBe(first);
  });

  test("is free again some seconds after the request that held it was heard of last", async () => {
    const [messageId, now] = [ports.ids.next(), ports.clock.now()];
    const next = { messageId, reservedAt: now, heldUntil: now + 15_000 };
    await ports.idempotency.change(importJobId, { key: "key:order-17", seen: undefined, next });
    ports.advance(5_500);
    await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict", retryAfterSeconds: 10 });
    ports.advance(9_500);

    const accepted = await push(ports, body, keyed);
    expect(await traces()).toEqual({ payloads: [accepted], messages: [accepted] });
  });

  test("stays with a request for as long as its bytes come in", async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (let from = 0; from < body.length; from += 4) {
        yield Buffer.from(body.slice(from, from + 4));
        ports.advance(10_000);
        await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict" });
      }
    }

    const first = await push(ports, "", { ...keyed, body: slow() });

    expect(await push(ports, body, keyed)).toBe(first);
    expect(await traces()).toEqual({ payloads: [first], messages: [first] });
  });

  test("goes from a request that is silent to the next one, and the silent one is refused", async () => {
    const accepted: string[] = [];
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(body.slice(0, 5));
      ports.advance(16_000);
      accepted.push(await push(ports, body, keyed));
      yield Buffer.from(body.slice(5));
    }

    await expect(push(ports, "", { ...keyed, body: silent() })).rejects.toMatchObject({ code: "conflict" });
    expect(await traces()).toEqual({ payloads: accepted, messages: accepted });
    expect(await push(ports, body, keyed)).toBe(accepted[0]);
  });

  for (const [what, other, outcome] of [
    ["gets its message", body, "same"],
    ["is refused when that was another body", `${body}20\r\n`, "unprocessable"],
  ] as const) {
    test(`is the next one's when a request stands still right before its commit, which ${what}`, async () => {
      const accepted: string[] = [];
      const paused: Ports = {
        ...ports,
        messages: {
          ...ports.messages,
          async insertInbound(message, passing) {
            if (accepted.length === 0) {
              ports.advance(16_000);
              accepted.push(await push(ports, other, keyed));
            }
            return ports.messages.insertInbound(message, passing);
          },
        },
      };

      const answer = await push(paused, body, keyed).catch((error: unknown) => (error as { code: string }).code);

      expect(answer).toBe(outcome === "same" ? accepted[0] : outcome);
      expect(await traces()).toEqual({ payloads: accepted, messages: accepted });
    });
  }
});

describe("a commit that fails", () => {
  const keyed = { idempotencyKey: "order-17" };
  const failing = (
    fault: "failBefore" | "loseAnswer",
  ): { readonly ground: (ground: Ground) => Ground; arm: () => void } => {
    let isArmed = false;
    const plan = (kind: typeof fault) => (call: { readonly what: string }) => {
      if (kind !== fault || !isArmed || call.what !== "table messages.transact") return;
      isArmed = false;
      throw new Error("no answer");
    };
    return {
      ground: (ground) => faultyGround(ground, { before: plan("failBefore"), after: plan("loseAnswer") }).ground,
      arm: () => void (isArmed = true),
    };
  };
  async function seeded(fault: "failBefore" | "loseAnswer") {
    const trouble = failing(fault);
    ports = memoryPorts({}, trouble.ground);
    await seed(ports);
    async function* troubled(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(body);
      trouble.arm();
    }
    return () => push(ports, "", { ...keyed, body: troubled() });
  }

  test("leaves nothing, and its key is free at once", async () => {
    const pushTroubled = await seeded("failBefore");

    await expect(pushTroubled()).rejects.toThrow("no answer");

    expect(await traces()).toEqual(nothing);
    const accepted = await push(ports, body, keyed);
    expect(await traces()).toEqual({ payloads: [accepted], messages: [accepted] });
  });

  test("and was done all the same is answered as done", async () => {
    const pushTroubled = await seeded("loseAnswer");

    const accepted = await pushTroubled();

    expect(await traces()).toEqual({ payloads: [accepted], messages: [accepted] });
    expect(await push(ports, body, keyed)).toBe(accepted);
  });
});

describe("a key that the first release noted", () => {
  const keyed = { idempotencyKey: "order-17" };
  const job = { ...importJob, useCompanyFromMessage: true };
  const key = "key:order-17";

  test.each([
    ["when its request had ended", true],
    ["when its request had not", false],
  ])("stands for its message, entity and company %s", async (_when, isSettled) => {
    const first = await push(ports, body, { company: "USMF" }, job);
    const { sha256 } = (await look(ports, first, job)).message;
    const record = { messageId: first, reservedAt: ports.clock.now(), ...(isSettled ? { sha256 } : {}) };
    await keepKeyAsFirstRelease(ports.ground, importJobId, key, record);

    expect(await push(ports, body, { ...keyed, company: "USMF" }, job)).toBe(first);
    const other = push(ports, body, { ...keyed, company: "DEMF" }, job);
    await expect(other).rejects.toMatchObject({ code: "unprocessable" });
    expect(await traces()).toEqual({ payloads: [first], messages: [first] });
  });

  test("stands for its message also when a request that found so could not give up its hold", async () => {
    const first = await push(ports, body);
    const { sha256 } = (await look(ports, first)).message;
    await keepKeyAsFirstRelease(ports.ground, importJobId, key, {
      messageId: first,
      reservedAt: ports.clock.now(),
      sha256,
    });
    const remove = (): Promise<never> => Promise.reject(new Error("no"));
    const troubled = { ...ports, idempotency: { ...ports.idempotency, remove } };
    await expect(push(troubled, body, keyed)).rejects.toThrow("no");
    ports.advance(minute);

    expect(await push(ports, body, keyed)).toBe(first);
    expect(await traces()).toEqual({ payloads: [first], messages: [first] });
  });

  test("stands for a message that is gone by its bytes alone", async () => {
    const messageId = ports.ids.next();
    const sha256 = createHash("sha256").update(body).digest("hex");
    await keepKeyAsFirstRelease(ports.ground, importJobId, key, { messageId, reservedAt: ports.clock.now(), sha256 });

    expect(await push(ports, body, keyed)).toBe(messageId);
    await expect(push(ports, `${body}20`, keyed)).rejects.toMatchObject({ code: "unprocessable" });
  });

  test("is left to a request of that release for as long as it may take", async () => {
    await keepKeyAsFirstRelease(ports.ground, importJobId, key, {
      messageId: ports.ids.next(),
      reservedAt: ports.clock.now(),
    });

    await expect(push(ports, body, keyed)).rejects.toMatchObject({ code: "conflict" });
    expect(await ports.idempotency.find(importJobId, key)).toBeUndefined();
    expect(await traces()).toEqual(nothing);
    ports.advance(10 * minute);
    const accepted = await push(ports, body, keyed);
    expect(await traces()).toEqual({ payloads: [accepted], messages: [accepted] });
  });

  test("for a file within its window is found by what the file was for", async () => {
    const windowed = { ...job, duplicateWindowMinutes: 5 };
    const first = await push(ports, body, { company: "USMF" }, job);
    const { sha256 } = (await look(ports, first, job)).message;
    const record = { messageId: first, reservedAt: ports.clock.now(), sha256 };
    await keepKeyAsFirstRelease(ports.ground, importJobId, `file:${sha256}:groups.csv`, record);

    expect(await push(ports, body, { company: "USMF" }, windowed)).toBe(first);
    expect(await push(ports, body, { company: "DEMF" }, windowed)).not.toBe(first);
    ports.advance(5 * minute);
    expect(await push(ports, body, { company: "USMF" }, windowed)).not.toBe(first);
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

  test("takes the same file for another company or entity as another file", async () => {
    const open = { ...job, useCompanyFromMessage: true };
    await define(ports, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });
    await defineLines(ports, [{}, { entity: "Vendors" }]);

    const first = await push(ports, body, { company: "USMF" }, open);
    const others = [
      await push(ports, body, { company: "DEMF" }, open),
      await push(ports, body, { company: "USMF", entity: "Vendors" }, open),
    ];

    expect(new Set([first, ...others]).size).toBe(3);
    expect(await push(ports, body, { company: "usmf", entity: "CUSTOMER groups" }, open)).toBe(first);
    expect((await look(ports, others[0]!, open)).message).toMatchObject({ company: "DEMF" });
  });

  test("takes one of two that are pushed at once", async () => {
    const [one, other] = await Promise.all([push(ports, body, {}, job), push(ports, body, {}, job)]);

    expect(one).toBe(other);
    expect(await traces()).toEqual({ payloads: [one], messages: [one] });
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
