import type { HttpRequest } from "@azure/functions";
import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import type { Ports } from "../../shared/ports.ts";
import { requestOperation } from "../../shared/system/telemetry.ts";
import { attributeNames, metricNames } from "../../shared/telemetryNames.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { exportJob, exportJobId, importJob, importJobId, operator, seed } from "../support/definitions.ts";
import { define, push } from "../usecases/world.ts";
import { hostTraceId, hostTraceParent, idsOf, invocation, observedService } from "./telemetryHarness.ts";

const csv = "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n10,Wholesale,Yes,1\r\n20,Retail,0,1\r\n";
const request = (method: string): HttpRequest => ({ method }) as HttpRequest;
const enqueueRoute = "api/connector/enqueue/{activityId}";

async function seeded() {
  const service = observedService();
  await seed(service.ports);
  return service;
}

function unreadable({ files }: Ports): Ports["files"] {
  const read = (): never => {
    throw new Error("SECRET of the storage");
  };
  return { ...files, read };
}

/** A file pushed as a request pushes it. */
async function pushed(service: ReturnType<typeof observedService>, body = csv): Promise<string> {
  const context = invocation("connectorEnqueue", {
    traceContext: { traceParent: hostTraceParent },
    options: { trigger: { type: "httpTrigger", name: "r", route: enqueueRoute }, extraInputs: [], extraOutputs: [] },
  });
  let messageId = "";
  await service.telemetry.during(context, requestOperation(context, request("POST")), async () => {
    messageId = await push(service.ports, body);
    service.ports.advance(20);
    return { status: 200 };
  });
  return messageId;
}

describe("the trace of an imported message", () => {
  test("has the message's id, begins with its enqueue and ends with its import", async () => {
    const service = await seeded();

    const messageId = await pushed(service);
    await runJobNow(service.ports, importJobId, operator);
    await service.work();

    const [enqueue, imported, work] = service.traceOf(messageId);
    expect([enqueue?.name, imported?.name, work?.name]).toEqual(["enqueue", "import", "work importMessage"]);
    expect(enqueue?.parentSpanContext).toBeUndefined();
    expect(work?.parentSpanContext?.spanId).toBe(enqueue?.spanContext().spanId);
    expect(imported?.parentSpanContext?.spanId).toBe(work?.spanContext().spanId);
    const message = await service.ports.messages.findInbound(importJobId, messageId);
    const ids = { activityId: importJobId, messageId, executionId: message?.value.executionId };
    expect(ids.executionId).toBeDefined();
    expect(idsOf(imported!)).toEqual(ids);
    expect(idsOf(work!)).toEqual(ids);
    expect(imported?.attributes).toMatchObject({ "integration.state": "Processed", "integration.records": 2 });
  });

  test("is linked to the request and to the host's trace, in which the request stays", async () => {
    const service = await seeded();

    const messageId = await pushed(service);
    await runJobNow(service.ports, importJobId, operator);
    await service.work();

    const [enqueue, , work] = service.traceOf(messageId);
    const asked = service.spans().find(({ name }) => name === `POST /${enqueueRoute}`);
    expect(asked?.spanContext().traceId).toBe(hostTraceId);
    expect(asked?.attributes).toMatchObject({ "integration.status": 200, [attributeNames.messageId]: messageId });
    expect(enqueue?.links.map(({ context }) => context.spanId)).toEqual([asked?.spanContext().spanId]);
    expect(work?.links.map(({ context }) => context.traceId)).toEqual([hostTraceId]);
  });

  test("is the same one for every attempt, and shows which failed", async () => {
    const service = await seeded();
    const messageId = await pushed(service);
    const ports = { ...service.ports, files: unreadable(service.ports) };

    await expect(importMessage(ports, importJobId, messageId)).rejects.toThrow("SECRET");
    await importMessage(service.ports, importJobId, messageId);

    const attempts = service.traceOf(messageId).filter(({ name }) => name === "import");
    expect(attempts.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
    const described = service.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]);
    expect(JSON.stringify(described)).not.toContain("SECRET");
  });

  test("holds no value of a record, which stands in the error texts for people", async () => {
    const service = await seeded();
    const messageId = await pushed(service, csv.replace("Yes", "CANARY-7f3a").replace("10,", "CANARY-7f3a,"));
    await runJobNow(service.ports, importJobId, operator);
    await service.work();

    const message = await service.ports.messages.findInbound(importJobId, messageId);
    const execution = await service.ports.executions.find(message!.value.executionId!);
    expect(JSON.stringify(execution!.entities)).toContain("CANARY");
    const described = service.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]);
    expect(JSON.stringify([described, service.ports.logged])).not.toContain("CANARY");
  });

  test("keeps apart the messages that one piece of work drains in order", async () => {
    const service = await seeded();
    await define(service.ports, "job", importJobId, { ...importJob, isOrdered: true });
    const job = { ...importJob, isOrdered: true };
    const first = await push(service.ports, csv, {}, job);
    const second = await push(service.ports, csv, {}, job);
    await runJobNow(service.ports, importJobId, operator);

    await service.work();

    const drain = service.spans().find(({ name }) => name === "work drainJob");
    expect(idsOf(drain!)).toMatchObject({ activityId: importJobId, messageId: undefined });
    for (const messageId of [first, second]) {
      const imported = service.traceOf(messageId).find(({ name }) => name === "import");
      expect(imported?.links.map(({ context }) => context.spanId)).toEqual([drain?.spanContext().spanId]);
      expect(idsOf(imported!).messageId).toBe(messageId);
    }
  });
});

describe("the trace of an exported message", () => {
  test("goes from its beginning to the ack of the client", async () => {
    const service = await seeded();
    await pushed(service);
    await runJobNow(service.ports, importJobId, operator);
    await service.work();
    await runJobNow(service.ports, exportJobId, operator);
    await service.work();

    const delivered = (await dequeueMessage(service.ports, exportJob))!;
    const { correlationId, popReceipt } = delivered.delivery!;
    const { read } = await downloadMessage(service.ports, exportJobId, delivered.id, correlationId);
    for await (const _ of read());
    await acknowledgeMessage(service.ports, exportJob, { correlationId, popReceipt });

    expect(service.traceOf(delivered.id).map(({ name }) => name)).toEqual([
      "begin export",
      "export",
      "work exportMessage",
      "dequeue",
      "begin download",
      "download",
      "acknowledge",
    ]);
  });
});

describe("the metrics", () => {
  test("count what ended well, what failed, records and bytes, by job and direction", async () => {
    const service = await seeded();
    await pushed(service);
    const wrong = `${csv},No key,1,1\r\n`;
    await pushed(service, wrong);
    await runJobNow(service.ports, importJobId, operator);
    await service.work();

    const measured = await service.measured();

    const ofJob = { [attributeNames.activityId]: importJobId, [attributeNames.direction]: "import" };
    expect(measured[metricNames.processed]).toEqual([[ofJob, 1]]);
    expect(measured[metricNames.failed]).toEqual([[ofJob, 1]]);
    expect(measured[metricNames.bytes]).toEqual([[ofJob, csv.length + wrong.length]]);
  });

  test("show the load of a job that nobody monitors and that runs no more", async () => {
    const service = await seeded();
    await pushed(service);
    service.ports.advance(90_000);
    await watchLoad(service.ports);

    const measured = await service.measured();

    const figures = ["waiting", "oldestWaitingSeconds", "inProcess", "parked"] as const;
    const values = figures.map((metric) => measured[metricNames[metric]]?.map(([, value]) => value));
    expect(values).toEqual([[1], [90.02], [0], [0]]);
  });

  test("show a parked message with each measurement, and as failed once", async () => {
    const service = await seeded();
    const messageId = await pushed(service);
    const ports = { ...service.ports, files: unreadable(service.ports) };

    for (let attempt = 0; attempt < importJob.attemptsMax; attempt++) {
      await expect(importMessage(ports, importJobId, messageId)).rejects.toThrow("SECRET");
    }

    const ofJob = { [attributeNames.activityId]: importJobId, [attributeNames.direction]: "import" };
    const reports: unknown[] = [];
    for (let measurement = 0; measurement < 2; measurement++) {
      service.ports.advance(5 * 60_000);
      await watchLoad(service.ports);
      const measured = await service.measured();
      reports.push({ parked: measured[metricNames.parked], failed: measured[metricNames.failed] });
    }
    expect(reports).toEqual([
      { parked: [[ofJob, 1]], failed: [[ofJob, 1]] },
      { parked: [[ofJob, 1]], failed: undefined },
    ]);
  });
});
