import type { HttpRequest } from "@azure/functions";
import { SpanStatusCode, diag } from "@opentelemetry/api";
import { SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { consoleOutput } from "../../shared/system/consoleOutput.ts";
import { firstSpanOf, hostSpanOf } from "../../shared/system/messageTrace.ts";
import { openTelemetry } from "../../shared/system/openTelemetry.ts";
import { startTelemetry } from "../../shared/system/startTelemetry.ts";
import { requestOperation, silentTelemetry, tickDelayMs, tickOperation } from "../../shared/system/telemetry.ts";
import { readTelemetry } from "../../shared/system/telemetryConfig.ts";
import { noon } from "../support/memoryPorts.ts";
import { reportTrouble } from "../../shared/system/telemetryTrouble.ts";
import { invocation, observedService } from "./telemetryHarness.ts";

const messageId = "0193a5b0-0000-7000-8000-00000000abcd";
const noLog = { info: () => {}, warn: () => {}, error: () => {} };

describe("a message", () => {
  test("is a trace: its id, and the last half of it for the first span", () => {
    expect(firstSpanOf(messageId)).toMatchObject({
      traceId: "0193a5b0000070008000" + "00000000abcd",
      spanId: "800000000000abcd",
    });
  });

  test("without a UUID has none", () => {
    expect(firstSpanOf("m1")).toBeUndefined();
  });
});

describe("the host's span", () => {
  test("counts although the host does not keep it", () => {
    expect(hostSpanOf("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")?.traceFlags).toBe(1);
  });

  test.each([undefined, "", "00-x-y-01", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`])("is not read from %s", (text) => {
    expect(hostSpanOf(text)).toBeUndefined();
  });
});

describe("an operation", () => {
  test.each([
    [404, SpanStatusCode.UNSET],
    [500, SpanStatusCode.ERROR],
  ])("that is a request answered with %i has the status %i", async (status, code) => {
    const { telemetry, spans } = observedService();
    const operation = requestOperation(invocation("health"), { method: "GET" } as HttpRequest);

    await telemetry.during(invocation("health"), operation, () => Promise.resolve({ status }));

    expect(spans().map((span) => [span.name, span.status.code])).toEqual([["GET health", code]]);
  });

  test("throws what it throws, and the span names the kind of error alone", async () => {
    const { telemetry, spans } = observedService();
    const failure = new RangeError("a record's content");

    const run = telemetry.during(invocation("upkeep"), tickOperation(invocation("upkeep")), () =>
      Promise.reject(failure),
    );

    await expect(run).rejects.toBe(failure);
    expect(spans()[0]).toMatchObject({ attributes: { "error.type": "RangeError" }, events: [] });
    expect(spans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  test("ends as ever when telemetry fails", async () => {
    const broken: SpanExporter = {
      export: () => {
        throw new Error("no network");
      },
      shutdown: () => Promise.reject(new Error("no network")),
    };
    const telemetry = openTelemetry({
      log: noLog,
      now: Date.now,
      resource: {},
      spanProcessors: [new SimpleSpanProcessor(broken)],
      metricReaders: [],
    });

    const result = await telemetry.during(invocation("work"), { name: "work", facts: {} }, () => {
      telemetry.log.info("message.enqueued", { messageId, activityId: "a", direction: "import", sizeBytes: 1 });
      return Promise.resolve("done");
    });

    expect(result).toBe("done");
    await expect(telemetry.stop()).resolves.toBeUndefined();
  });
});

describe("a tick's delay", () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 5);
  const timer = (next: string) => ({ scheduleStatus: { last: "", next, lastUpdated: "" } });

  test("is the time since it was due", () => {
    expect(tickDelayMs(timer("2026-01-01T12:00:00+00:00"), now)).toBe(5000);
  });

  test.each([timer("0001-01-01T00:00:00"), timer("1970-01-01T00:00:00.000Z"), timer("2026-01-01T13:00:00Z"), {}])(
    "is nothing where the host says no due time: %j",
    (unknown) => {
      expect(tickDelayMs(unknown, now)).toBe(0);
    },
  );
});

describe("telemetry", () => {
  const key = "00000000-0000-4000-8000-000000000001";
  const connectionString = `InstrumentationKey=${key};IngestionEndpoint=https://westeurope-1.in.example.com/`;
  const insights = { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString };
  const read = (environment: Record<string, string>) => {
    const problems: string[] = [];
    return { config: readTelemetry(environment, problems), problems };
  };

  test("is silent unless a place is set", async () => {
    expect(await startTelemetry(read({}).config, {})).toBe(silentTelemetry);
    expect(read({ TelemetryConsole: "false" })).toEqual({ config: { isOnConsole: false }, problems: [] });
  });

  test("goes to Application Insights as the identity that is set for it", () => {
    const environment = { ...insights, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${key};Authorization=AAD` };

    expect(read(environment)).toEqual({
      config: { isOnConsole: false, insights: { connectionString, identity: { clientId: key } } },
      problems: [],
    });
  });

  test.each([
    { APPLICATIONINSIGHTS_CONNECTION_STRING: "InstrumentationKey=x" },
    { APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${key};IngestionEndpoint=http://plain.example.com` },
    { ...insights, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: "ClientId=x;Authorization=AAD" },
    { ...insights, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${key}` },
    { TelemetryConsole: "yes" },
  ])("refuses %j", (environment) => {
    expect(read(environment).problems).toHaveLength(1);
  });
});

test("telemetry that does not arrive is told with its cause, once in ten minutes", () => {
  const told: unknown[] = [];
  let now = noon;
  reportTrouble({ ...noLog, warn: (event, facts) => told.push([event, facts]) }, () => now);

  for (const passedMs of [0, 60_000, 600_000]) {
    now += passedMs;
    diag.error("Not sent:", new Error("connect ECONNREFUSED"));
  }
  diag.disable();

  const line = ["telemetry.failed", { reason: "Not sent: connect ECONNREFUSED" }];
  expect(told).toEqual([line, line]);
});

test("the console gets each span and each change of a metric once, as a line of JSON", async () => {
  const lines: string[] = [];
  const outputs = consoleOutput((line) => lines.push(line));
  const telemetry = openTelemetry({ log: noLog, now: () => noon, resource: {}, ...outputs });

  await telemetry.during(invocation("work"), { name: "work", facts: {} }, async () => {
    telemetry.log.info("message.enqueued", { messageId, activityId: "a", direction: "import", sizeBytes: 7 });
    telemetry.log.info("tick.ran", { tick: "upkeep", delayMs: 3 });
  });
  await outputs.metricReaders[0]?.forceFlush();
  await telemetry.stop();

  const printed = lines.map((line): Record<string, unknown> => JSON.parse(line));
  expect(printed.filter(({ span }) => span).map(({ span, startedAt }) => [span, startedAt])).toEqual([
    ["enqueue", "2026-11-24T12:00:00.000Z"],
    ["work", "2026-11-24T12:00:00.000Z"],
  ]);
  expect(printed.filter(({ metric }) => metric)).toEqual([
    { metric: "integration.bytes", value: 7, "integration.activity_id": "a", "integration.direction": "import" },
    { metric: "integration.tick.delay_ms", count: 1, sum: 3, min: 3, max: 3, "integration.tick": "upkeep" },
  ]);
});
