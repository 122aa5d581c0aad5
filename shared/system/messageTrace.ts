import type { SpanContext } from "@opentelemetry/api";
import { type IdGenerator, RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import { isGuid } from "../domain/guid.ts";

const isSampled = 1;

/**
 * The first span of a message's trace. Nothing carries a trace through storage: a message's id is a UUID and has as many
 * bytes as a trace id (https://www.w3.org/TR/trace-context/#trace-id), so it is the trace id, and its last half is the
 * id of the first span. Whoever works on the message, on whatever instance, finds its trace by the message alone.
 */
export function firstSpanOf(messageId: string): SpanContext | undefined {
  if (!isGuid(messageId)) return undefined;
  const traceId = messageId.replaceAll("-", "");
  return { traceId, spanId: traceId.slice(16), traceFlags: isSampled, isRemote: true };
}

/** The span that the host began for the invocation, by its `traceparent`. */
export function hostSpanOf(traceParent: string | null | undefined): SpanContext | undefined {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceParent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: isSampled, isRemote: true };
}

export interface TraceIds extends IdGenerator {
  /** Starts a span with the given ids in the place of random ones. */
  startAs<T>(ids: Pick<SpanContext, "traceId" | "spanId">, start: () => T): T;
}

export function createTraceIds(): TraceIds {
  const random = new RandomIdGenerator();
  let chosen: Pick<SpanContext, "traceId" | "spanId"> | undefined;
  return {
    generateTraceId: () => chosen?.traceId ?? random.generateTraceId(),
    generateSpanId: () => chosen?.spanId ?? random.generateSpanId(),
    startAs(ids, start) {
      chosen = ids;
      try {
        return start();
      } finally {
        chosen = undefined;
      }
    },
  };
}
