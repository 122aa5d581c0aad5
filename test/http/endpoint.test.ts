import { Readable } from "node:stream";
import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../shared/domain/caller.ts";
import { DomainError } from "../../shared/domain/errors.ts";
import { type CallerHandler, createEndpoints } from "../../shared/http/endpoint.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";

const caller: Caller = { applicationId: "00000000-0000-4000-8000-0000000000c1", roles: [], tokenVersion: "2.0" };
const context = new InvocationContext({ invocationId: "1", functionName: "f" });
let ports: TestPorts;
let verified: (string | null)[];

beforeEach(() => {
  ports = memoryPorts();
  verified = [];
});

function endpoints(requestsInProgressMax = 10) {
  return createEndpoints({
    ports,
    requestsInProgressMax,
    stalledMsMax: 60_000,
    responseOf: () => undefined,
    during: (_context, _request, run) => run(),
    verify: async (header) => {
      verified.push(header);
      if (header === "Bearer good") return caller;
      throw new DomainError("notAuthenticated", "The token is not valid.");
    },
  });
}

async function call(
  handler: CallerHandler,
  { on = endpoints(), token = "Bearer good", url = "https://files.example/x" } = {},
): Promise<HttpResponseInit> {
  const request = new HttpRequest({ method: "GET", url, headers: { authorization: token } });
  return (await on.forCallers(handler)(request, context)) as HttpResponseInit;
}

const headerOf = (reply: HttpResponseInit, name: string): string | null =>
  new Headers(reply.headers as Record<string, string>).get(name);

describe("an endpoint", () => {
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

  test("takes no header out of the query", async () => {
    const reply = await call(async () => ({ status: 200 }), { url: "https://files.example/x?Headers=%7B%7D" });

    expect(reply.status).toBe(401);
    expect(verified).toEqual([]);
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

describe("an instance that is full", () => {
  test("answers 429 with whole seconds before it looks at token or handler, and lets in again what follows", async () => {
    const on = endpoints(1);
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
    const on = endpoints(1);
    await call(() => Promise.reject(new Error("broken")), { on });
    const body = Readable.from([Buffer.from("bytes")], { objectMode: false });
    const streaming = await call(async () => ({ status: 200, body }), { on });
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(429);

    for await (const _ of streaming.body as AsyncIterable<Uint8Array>);
    expect((await call(async () => ({ status: 200 }), { on })).status).toBe(200);
  });
});
