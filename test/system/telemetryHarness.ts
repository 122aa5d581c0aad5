import type { InvocationContext } from "@azure/functions";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { queueNames } from "../../shared/storage/ground/names.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { openTelemetry } from "../../shared/system/openTelemetry.ts";
import { workOperation } from "../../shared/system/telemetry.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { attributeNames } from "../../shared/telemetryNames.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";

export const silent: Pick<InvocationContext, "info" | "warn" | "error"> = {
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** An invocation as the host begins it. */
export function invocation(functionName: string, more: Partial<InvocationContext> = {}): InvocationContext {
  const options = { trigger: { type: "test", name: "test" }, extraInputs: [], extraOutputs: [] };
  return { ...silent, functionName, options, ...more } as InvocationContext;
}

export type Point = readonly [attributes: Readonly<Record<string, unknown>>, value: unknown];

/** The service in memory, observed: its events go to telemetry whose spans and metrics stay here. */
export function observedService() {
  const memory = memoryPorts();
  const spans = new InMemorySpanExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics });
  const telemetry = openTelemetry({
    log: memory.log,
    now: () => memory.clock.now(),
    resource: {},
    spanProcessors: [new SimpleSpanProcessor(spans)],
    metricReaders: [reader],
  });
  const ports: TestPorts = { ...memory, log: telemetry.log };
  return {
    ports,
    telemetry,
    work: () => doAllWork(ports, telemetry),
    spans: () => spans.getFinishedSpans(),
    traceOf: (messageId: string) =>
      spans.getFinishedSpans().filter((span) => span.spanContext().traceId === messageId.replaceAll("-", "")),
    /** What was measured since the last call, by metric. */
    async measured(): Promise<Readonly<Record<string, readonly Point[]>>> {
      metrics.reset();
      await reader.forceFlush();
      const all = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ attributes, value }): Point => [attributes, value]),
        ]),
      );
    },
  };
}

async function doAllWork(ports: TestPorts, telemetry: ReturnType<typeof openTelemetry>): Promise<void> {
  const queue = ports.ground.queue(queueNames.work);
  for (let piece = 0; piece < 100; piece++) {
    const [item] = await queue.receive(1, 600_000);
    if (!item) return;
    const work = parseWork(item.text);
    const context = invocation("work", { traceContext: { traceParent: hostTraceParent } });
    await telemetry.during(context, workOperation(context, work), () => doWork(ports, work));
    await queue.remove(item.id, item.popReceipt);
  }
  throw new Error("There was still work.");
}

export const hostTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
export const hostTraceParent = `00-${hostTraceId}-00f067aa0ba902b7-00`;

export function idsOf(span: ReadableSpan) {
  const { activityId, messageId, executionId } = attributeNames;
  const { attributes } = span;
  return {
    activityId: attributes[activityId],
    messageId: attributes[messageId],
    executionId: attributes[executionId],
  };
}
