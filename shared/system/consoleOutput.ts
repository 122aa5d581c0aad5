// Spans and metrics as one line of JSON each, for a local run.
import { SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { type ReadableSpan, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { TelemetryOptions } from "./openTelemetry.ts";

type Outputs = Pick<TelemetryOptions, "spanProcessors" | "metricReaders">;
type Print = (line: string) => void;

const reportIntervalMs = 10_000;
const success = 0;

export function consoleOutput(print: Print): Outputs {
  const exporter = metricLines(print);
  return {
    spanProcessors: [new SimpleSpanProcessor(spanLines(print))],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: reportIntervalMs,
        exportTimeoutMillis: reportIntervalMs,
      }),
    ],
  };
}

function spanLines(print: Print): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) print(JSON.stringify(describeSpan(span)));
      done({ code: success });
    },
    shutdown: () => Promise.resolve(),
  };
}

function describeSpan(span: ReadableSpan): Readonly<Record<string, unknown>> {
  const { name, startTime, duration, links, status, attributes } = span;
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  return {
    span: name,
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentId }),
    ...(links.length === 0 ? {} : { links: links.map((link) => `${link.context.traceId}/${link.context.spanId}`) }),
    startedAt: new Date(toMs(startTime)).toISOString(),
    durationMs: toMs(duration),
    ...(status.code === SpanStatusCode.ERROR ? { isFailure: true } : {}),
    ...attributes,
  };
}

function toMs([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + Math.round(nanoseconds / 1e6);
}

function metricLines(print: Print): PushMetricExporter {
  return {
    export({ scopeMetrics }, done) {
      for (const { metrics } of scopeMetrics) {
        for (const metric of metrics) for (const line of describeMetric(metric)) print(JSON.stringify(line));
      }
      done({ code: success });
    },
    // As Application Insights gets them.
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

function describeMetric(metric: MetricData): readonly Readonly<Record<string, unknown>>[] {
  const { name } = metric.descriptor;
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map(({ value: { count, sum, min, max }, attributes }) => {
        return { metric: name, count, sum, min, max, ...attributes };
      });
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return [];
    default:
      return metric.dataPoints.map(({ value, attributes }) => ({ metric: name, value, ...attributes }));
  }
}
