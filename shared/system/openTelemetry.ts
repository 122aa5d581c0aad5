import { AsyncLocalStorage } from "node:async_hooks";
import type { InvocationContext } from "@azure/functions";
import { ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type IMetricReader, MeterProvider } from "@opentelemetry/sdk-metrics";
import { AlwaysOnSampler, BasicTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { EventName, Events, Log } from "../ports/events.ts";
import { spanAttributeNames } from "../telemetryNames.ts";
import { withinInvocation } from "./log.ts";
import { attributesOfFacts } from "./messageEvents.ts";
import { type ActiveOperation, createMessageSpans } from "./messageSpans.ts";
import { createTraceIds, firstSpanOf, hostSpanOf } from "./messageTrace.ts";
import { createMeter } from "./meter.ts";
import type { Operation, Telemetry } from "./telemetry.ts";

export interface TelemetryOptions {
  readonly log: Log;
  readonly now: () => number;
  readonly resource: Readonly<Record<string, string>>;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly metricReaders: readonly IMetricReader[];
}

type Notice = <E extends EventName>(event: E, facts: Events[E]) => void;

const name = "recurring-integrations";
const stopMsMax = 5000;

/** Traces and metrics, made from operations and from what they log. Nothing that fails in here reaches the work. */
export function openTelemetry(options: TelemetryOptions): Telemetry {
  const { log, now, spanProcessors, metricReaders } = options;
  const resource = resourceFromAttributes({ "service.name": name, ...options.resource });
  const idGenerator = createTraceIds();
  const traces = new BasicTracerProvider({
    resource,
    idGenerator,
    spanProcessors: [...spanProcessors],
    // The parent is the host's, and says "not sampled" where the host itself keeps only some requests.
    sampler: new AlwaysOnSampler(),
  });
  const metrics = new MeterProvider({ resource, readers: [...metricReaders] });
  const active = new AsyncLocalStorage<ActiveOperation>();
  const tracer = traces.getTracer(name);
  const addMessageSpan = createMessageSpans(tracer, idGenerator, now);
  const measure = createMeter(metrics.getMeter(name));

  const notice: Notice = (event, facts) => {
    try {
      measure(event, facts);
      addMessageSpan(active.getStore(), event, facts);
    } catch (error) {
      log.warn("telemetry.failed", { reason: String(error) });
    }
  };
  return {
    log: noticed(log, notice),
    during: (context, operation, run) =>
      withinInvocation(context, () => {
        const startedAt = now();
        const span = startSpan(tracer, context, operation, startedAt);
        const isOfOneMessage = operation.facts["messageId"] !== undefined || operation.facts["route"] !== undefined;
        return active.run({ span, startedAt, isOfOneMessage }, () => finish(span, operation, run, now));
      }),
    stop: () => withinTime(Promise.allSettled([traces.shutdown(), metrics.shutdown()])),
  };
}

function noticed(log: Log, notice: Notice): Log {
  return {
    info: (event, facts) => (log.info(event, facts), notice(event, facts)),
    warn: (event, facts) => (log.warn(event, facts), notice(event, facts)),
    error: (event, facts, error) => (log.error(event, facts, error), notice(event, facts)),
  };
}

/** Work on one message belongs to the message's trace and is linked to the host's; all else belongs to the host's. */
function startSpan<T>(tracer: Tracer, context: InvocationContext, operation: Operation<T>, startTime: number): Span {
  const { messageId } = operation.facts;
  const host = hostSpanOf(context.traceContext?.traceParent);
  const first = typeof messageId === "string" ? firstSpanOf(messageId) : undefined;
  const parent = first ?? host;
  return tracer.startSpan(
    operation.name,
    {
      startTime,
      attributes: attributesOfFacts(operation.facts),
      links: first && host ? [{ context: host }] : [],
    },
    parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
  );
}

async function finish<T>(span: Span, operation: Operation<T>, run: () => Promise<T>, now: () => number): Promise<T> {
  try {
    const result = await run();
    const end = operation.ended?.(result);
    if (end) span.setAttributes(attributesOfFacts(end.facts));
    if (end?.isFailure) span.setStatus({ code: SpanStatusCode.ERROR });
    return result;
  } catch (error) {
    // Its message may quote a record; the log decides what of it is shown.
    span.setAttribute(spanAttributeNames.errorType, error instanceof Error ? error.name : typeof error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end(now());
  }
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, stopMsMax);
  await Promise.race([work, timeIsUp]);
  clearTimeout(timeout);
}
