// The real exporter against a place that takes what it sends, as Application Insights does.
import type { HttpRequest } from "@azure/functions";
import { once } from "node:events";
import { type Server, createServer } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCertificate } from "../../local/certificate.ts";
import { azureOutput } from "../../shared/system/azureOutput.ts";
import { openTelemetry } from "../../shared/system/openTelemetry.ts";
import { requestOperation } from "../../shared/system/telemetry.ts";
import { attributeNames, metricNames } from "../../shared/telemetryNames.ts";
import { hostTraceId, hostTraceParent, invocation } from "./telemetryHarness.ts";

interface Envelope {
  readonly tags: Readonly<Record<string, string>>;
  readonly data: { readonly baseType: string; readonly baseData: BaseData };
}

interface BaseData {
  readonly name?: string;
  readonly type?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly metrics?: readonly { readonly name: string; readonly value: number; readonly count: number }[];
}

const messageId = "0193a5b0-0000-7000-8000-00000000abcd";
const taken: Envelope[] = [];
const { key, cert } = createCertificate(Date.now());
let server: Server;
let endpoint = "";

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates("default"), cert]);
  server = createServer({ key, cert }, (request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
      const items = JSON.parse(text) as readonly Envelope[];
      taken.push(...items);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ itemsReceived: items.length, itemsAccepted: items.length, errors: [] }));
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  endpoint = `https://localhost:${address.port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("Application Insights gets metrics under their names, and spans that double no request of the host", async () => {
  const connectionString = `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=${endpoint}`;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const outputs = azureOutput({ connectionString });
  const telemetry = openTelemetry({ log, now: Date.now, resource: { "service.name": "func-test" }, ...outputs });
  const context = invocation("connectorEnqueue", { traceContext: { traceParent: hostTraceParent } });
  const operation = requestOperation(context, { method: "POST" } as HttpRequest);

  await telemetry.during(context, operation, () => {
    const facts = { activityId: "a", messageId, direction: "import" } as const;
    telemetry.log.info("message.enqueued", { ...facts, sizeBytes: 7 });
    const load = {
      waiting: 3,
      oldestAgeMs: 9000,
      overdueMs: 2000,
      inProcess: 0,
      parked: 0,
      released: 0,
      bytesWaiting: 9,
    };
    telemetry.log.info("job.load", { ...facts, ...load });
    telemetry.log.info("tick.ran", { tick: "upkeep", delayMs: 40 });
    return Promise.resolve({ status: 200 });
  });
  await telemetry.stop();

  const ofType = (type: string) => taken.filter(({ data }) => data.baseType === type);
  const figures = ofType("MetricData").flatMap(({ data: { baseData } }) =>
    (baseData.metrics ?? []).map(({ name, value, count }) => [name, value, count, baseData.properties]),
  );
  const ofJob = { [attributeNames.activityId]: "a", [attributeNames.direction]: "import" };
  expect(figures).toContainEqual([metricNames.bytes, 7, 1, ofJob]);
  expect(figures).toContainEqual([metricNames.oldestWaitingSeconds, 2, 1, ofJob]);
  expect(figures).toContainEqual([metricNames.tickDelayMs, 40, 1, { [attributeNames.tick]: "upkeep" }]);
  const spans = ofType("RemoteDependencyData").map(({ data, tags }) => [
    data.baseData.name,
    data.baseData.type,
    tags["ai.operation.id"],
    tags["ai.cloud.role"],
  ]);
  expect(spans).toEqual([
    ["enqueue", "Dependency", messageId.replaceAll("-", ""), "func-test"],
    ["POST connectorEnqueue", "InProc", hostTraceId, "func-test"],
  ]);
  expect(taken).toHaveLength(ofType("MetricData").length + spans.length);
});
