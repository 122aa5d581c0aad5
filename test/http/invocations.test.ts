import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchArrivals } from "../../shared/http/arrivals.ts";
import { checkModel, type ProgrammingModel } from "../../shared/http/invocations.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";

type Core = Parameters<ProgrammingModel["getInvocationModel"]>[0];

const arrivals = watchArrivals();
const server = createServer();
const handler = (): unknown => ({ status: 200 });
let ports: TestPorts;
let calls: string[];
let told: unknown;
let isReadable: boolean;

beforeEach(async () => {
  ports = memoryPorts();
  calls = [];
  isReadable = true;
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await once(server.close(), "close");
});

/** The library as far as the worker sees it; it would wait for ever for a request that is not there. */
async function invocationOf(core: Core) {
  const model: ProgrammingModel = {
    getInvocationModel: () => ({
      async getArguments() {
        calls.push("getArguments");
        told = core.request.triggerMetadata;
        if (!isReadable) throw new TypeError("Invalid URL");
        return { context: { invocationId: core.invocationId }, inputs: ["the request"] };
      },
      async invokeFunction(_context, inputs, callback) {
        calls.push(`invokeFunction ${inputs.join()}`);
        return callback(...inputs);
      },
      async getResponse(_context, result) {
        calls.push(`getResponse ${(result as { status: number }).status}`);
        return {};
      },
    }),
  };
  checkModel(model, arrivals, ports);
  return model.getInvocationModel(core);
}

function coreOf(invocationId: string, triggerMetadata = {}, type = "httpTrigger"): Core {
  const bindings = { request: { type, route: "a/{id}/{kind:maxlength(5)}/{more?}" } };
  return { invocationId, metadata: { bindings }, request: { triggerMetadata } };
}

async function run(core: Core): Promise<unknown> {
  const invocation = await invocationOf(core);
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, handler);
  return invocation.getResponse(context, result);
}

/** The host forwards the raw half of an invocation. */
async function arrive(invocationId: string, headers = {}): Promise<void> {
  const arrived = once(server, "request") as Promise<[unknown, ServerResponse]>;
  const { port } = server.address() as AddressInfo;
  get({ port, host: "127.0.0.1", headers: { "x-ms-invocation-id": invocationId, ...headers } }).on("error", () => {});
  await arrived;
}

const whole = ["getArguments", "invokeFunction the request", "getResponse 200"];

describe("an invocation", () => {
  test("whose request is there runs as ever", async () => {
    await arrive("1");
    await run(coreOf("1"));

    expect(calls).toEqual(whole);
  });

  test("waits for a request that comes a little later", async () => {
    const done = run(coreOf("2"));
    await arrive("2");
    await done;

    expect(calls).toEqual(whole);
  });

  test("whose request never comes ends by itself with 400, and asks the library for nothing", async () => {
    vi.useFakeTimers();
    const done = run(coreOf("3"));
    await vi.advanceTimersByTimeAsync(5_001);

    expect(await done).toMatchObject({
      invocationId: "3",
      returnValue: { http: { statusCode: "400", headers: { "x-error": expect.stringContaining("percent-encoded") } } },
    });
    expect(calls).toEqual([]);
    expect(ports.logged).toMatchObject([{ level: "info", event: "request.refused", facts: { status: 400 } }]);
  });

  test("whose request comes after all has it answered by the library, which holds it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const done = run(coreOf("4"));
    await vi.advanceTimersByTimeAsync(5_001);
    await done;
    await arrive("4");

    await vi.waitFor(() => expect(calls).toEqual(["getArguments", "getResponse 400"]));
  });

  test("that the library cannot read is answered with 400 by the library, which holds the request", async () => {
    isReadable = false;
    await arrive("5");
    await run(coreOf("5"));

    expect(calls).toEqual(["getArguments", "getResponse 400"]);
    expect(arrivals.responseOf("5")).toBeUndefined();
  });

  test("has the headers of its request and the parameters of its route, whatever else is called so", async () => {
    const text = (string: string) => ({ string });
    await arrive("6", { "x-own": "yes" });
    await run(coreOf("6", { ID: text("1"), kind: text("2"), more: text("x"), other: text("y"), Headers: text("[1]") }));

    expect(told).toMatchObject({ id: text("1"), kind: text("2") });
    expect(Object.keys(told as object).toSorted()).toEqual(["Headers", "id", "kind"]);
    const { json } = (told as { Headers: { json: string } }).Headers;
    expect(JSON.parse(json)).toMatchObject({ "x-own": "yes" });
  });

  test("of a queue or a timer waits for nothing", async () => {
    await run(coreOf("7", {}, "queueTrigger"));

    expect(calls).toEqual(whole);
  });
});
