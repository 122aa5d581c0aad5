import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type HttpHandler, HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Caller } from "../../shared/domain/caller.ts";
import { DomainError } from "../../shared/domain/errors.ts";
import { type CallerHandler, createEndpoints } from "../../shared/http/endpoint.ts";
import type { PlaceLimits } from "../../shared/http/places.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { textOf } from "../usecases/world.ts";

const caller: Caller = { applicationId: "00000000-0000-4000-8000-0000000000c1", roles: [], tokenVersion: "2.0" };
const context = new InvocationContext({ invocationId: "1", functionName: "f" });
let ports: TestPorts;
let verified: (string | null)[];

beforeEach(() => {
  ports = memoryPorts();
  verified = [];
});

function endpoints(places: Partial<PlaceLimits> = {}) {
  return createEndpoints({
    ports,
    places: { inProgressMax: 10, perApplicationMax: 10, reservedForManagement: 0, ...places },
    uploadPace: { bytesPerSecondMin: 1024, forMs: 30_000 },
    stalledMsMax: 60_000,
    responseOf: () => undefined,
    during: (_context, _request, run) => run(),
    verify: async (header) => {
      verified.push(header);
      if (header === "Bearer good") return caller;
      if (header === "Bearer other") return { ...caller, applicationId: "00000000-0000-4000-8000-0000000000c2" };
      throw new DomainError("notAuthenticated", "The token is not valid.");
    },
  });
}

async function call(
  handler: CallerHandler,
  {
    on = endpoints(),
    token = "Bearer good",
    url = "https://files.example/x",
    audience = "client" as "client" | "manager",
  } = {},
): Promise<HttpResponseInit> {
  const request = new HttpRequest({ method: "GET", url, headers: { authorization: token } });
  return (await on.forCallers(audience, handler)(request, context)) as HttpResponseInit;
}

const headerOf = (reply: HttpResponseInit, name: string): string | null =>
  new Headers(reply.headers as Record<string, string>).get(name);

describe("an endpoint", () => {
  test("hands on a body as it was before it was encoded", async () => {
    const bytes = gzipSync("Customer groups");
    const headers = { authorization: "Bearer good", "content-encoding": "gzip" };
    const request = new HttpRequest({ method: "POST", url: "https://files.example/x", headers, body: { bytes } });
    const handler = endpoints().forCallers("client", async ({ body }) => ({ body: await textOf(body) }));

    expect(await handler(request, context)).toMatchObject({ body: "Customer groups" });
  });

  test("hands the verified caller on, and its reply has the common headers", async () => {
    const reply = await call(async (_request, { applicationId }) => ({ status: 200, body: applicationId }));

    expect(reply).toMatchObject({ status: 200, body: caller.applicationId });
    expect(headerOf(reply, "x-content-type-options")).toBe("nosniff");
  });

  test("refuses a bad token before the handler runs", async () => {
    let hasRun = false;
    const handler: CallerHandler = async () => {
      hasRun = true;
      return { status: 200 };
    };
    const reply = await call(handler, { token: "Bearer bad" });

    expect(reply.status).toBe(401);
    expect(headerOf(reply, "www-authenticate")).toContain('Bearer error="invalid_token"');
    expect(hasRun).toBe(false);
  });

  test("answers every throw, and tells the caller nothing of what it does not know", async () => {
    const refused = await call(() => Promise.reject(new DomainError("notFound", "There is no such thing.")));
    const failed = await call(() => Promise.reject(new Error("the secret of the house")));

    expect(refused.status).toBe(404);
    expect(JSON.stringify(refused.body)).toContain("There is no such thing.");
    expect(failed.status).toBe(500);
    expect(JSON.stringify(failed.body)).not.toContain("secret");
    expect(ports.logged.map(({ level, event }) => [level, event])).toEqual([
      ["info", "request.refused"],
      ["error", "request.failed"],
    ]);
  });

  test("for anybody asks for no token", async () => {
    const request = new HttpRequest({ method: "GET", url: "https://files.example/" });
    const reply = await endpoints().forAnybody(async () => ({ status: 200, body: "up" }))(request, context);

    expect(reply).toMatchObject({ status: 200, body: "up" });
    expect(verified).toEqual([]);
  });
});

describe("a handler that does not come to an end", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is answered for while somebody still listens, and leaves its place", async () => {
    const on = endpoints({ inProgressMax: 1 });
    const never = call(() => new Promise(() => undefined), { on });
    await vi.advanceTimersByTimeAsync(225_000);
    const reply = await never;

    expect([reply.status, headerOf(reply, "x-error")]).toEqual([503, expect.stringContaining("Idempotency-Key")]);
    expect(ports.logged.map(({ level, event }) => [level, event])).toEqual([["error", "request.failed"]]);
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(200);
  });
});

describe("an instance that is full", () => {
  test("answers 429 with whole seconds before it looks at token or handler, and lets in again what follows", async () => {
    const on = endpoints({ inProgressMax: 1 });
    const gate = Promise.withResolvers<HttpResponseInit>();
    const first = call(() => gate.promise, { on });
    await Promise.resolve();
    const second = await call(async () => ({ status: 200 }), { on, token: "Bearer bad" });

    expect(second.status).toBe(429);
    expect(headerOf(second, "retry-after")).toMatch(/^[1-9]\d*$/);
    expect(verified).toHaveLength(1);
    gate.resolve({ status: 200 });
    expect((await first).status).toBe(200);
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(200);
  });

  test("counts a stream until its last byte is out, and a failed request not at all", async () => {
    const on = endpoints({ inProgressMax: 1 });
    await call(() => Promise.reject(new Error("broken")), { on });
    const body = Readable.from([Buffer.from("bytes")], { objectMode: false });
    const streaming = await call(async () => ({ status: 200, body }), { on });
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(429);

    for await (const _ of streaming.body as AsyncIterable<Uint8Array>);
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(200);
  });
});

describe("the places of an instance", () => {
  const done = async (): Promise<HttpResponseInit> => ({ status: 200 });
  const never = (): Promise<HttpResponseInit> => new Promise(() => undefined);
  const statusOf = async (...args: Parameters<typeof call>) => (await call(...args)).status;

  test("are shared: an application that has all that it may have is told so, and keeps nobody else out", async () => {
    const on = endpoints({ inProgressMax: 10, perApplicationMax: 3 });
    for (let held = 0; held < 3; held += 1) void call(never, { on });
    const refused = await call(done, { on });

    expect(refused.status).toBe(429);
    expect(headerOf(refused, "retry-after")).toMatch(/^[1-9]\d*$/);
    expect(headerOf(refused, "x-error")).toContain("The application has 3 requests in progress here");
    expect(await statusOf(done, { on, token: "Bearer other" })).toBe(200);
  });

  test("are left by an application that was refused, so that the instance does not fill up with refusals", async () => {
    const on = endpoints({ inProgressMax: 3, perApplicationMax: 1 });
    void call(never, { on });
    for (let asked = 0; asked < 5; asked += 1) expect(await statusOf(done, { on })).toBe(429);

    expect(await statusOf(done, { on, token: "Bearer other" })).toBe(200);
  });

  test("are kept for those who manage, up to the whole", async () => {
    const on = endpoints({ inProgressMax: 3, reservedForManagement: 1 });
    for (let held = 0; held < 2; held += 1) void call(never, { on });
    const refused = await call(done, { on, token: "Bearer other" });

    expect([refused.status, headerOf(refused, "x-error")]).toEqual([429, expect.stringContaining("instance is full")]);
    expect(await statusOf(done, { on, audience: "manager" })).toBe(200);
    void call(never, { on, audience: "manager" });
    expect(await statusOf(done, { on, audience: "manager" })).toBe(429);
  });

  test("are not taken by those without a token, who have few of their own; a probe needs none", async () => {
    const on = endpoints({ inProgressMax: 1 });
    const ask = async (handler: HttpHandler): Promise<unknown> => {
      const request = new HttpRequest({ method: "GET", url: "https://files.example/" });
      return ((await handler(request, context)) as HttpResponseInit).status;
    };
    for (let held = 0; held < 20; held += 1) void ask(on.forAnybody(never));

    expect(await ask(on.forAnybody(done))).toBe(429);
    expect(await ask(on.forProbes(done))).toBe(200);
    expect(await statusOf(done, { on })).toBe(200);
  });
});
