import { type Link, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { EventName, Facts } from "../ports/events.ts";
import { type MessageEvent, attributesOfFacts, findMessageEvent, identityOfFacts } from "./messageEvents.ts";
import { type TraceIds, firstSpanOf } from "./messageTrace.ts";

/** The request, the piece of work or the tick in which something is logged. */
export interface ActiveOperation {
  readonly span: Span;
  readonly startedAt: number;
  /** Whether the ids in its events are its own: not so for work that takes many messages, one after another. */
  readonly isOfOneMessage: boolean;
}

type AddMessageSpan = (operation: ActiveOperation | undefined, event: EventName, facts: Facts) => void;

/**
 * Makes a span of an event about a message, in the trace of the message. Where that is another trace than the one of
 * the operation around it, a link leads there.
 */
export function createMessageSpans(tracer: Tracer, ids: TraceIds, now: () => number): AddMessageSpan {
  return (operation, event, facts) => {
    const { messageId } = facts;
    const kind = findMessageEvent(event);
    const first = typeof messageId === "string" ? firstSpanOf(messageId) : undefined;
    if (!kind || !first) return;
    if (operation?.isOfOneMessage) operation.span.setAttributes(identityOfFacts(facts));
    const endTime = now();
    const around = operation?.span.spanContext();
    const isInTrace = around?.traceId === first.traceId;
    const links: Link[] = around && !isInTrace ? [{ context: around }] : [];
    const options = {
      startTime: startOf(kind, operation, facts, endTime),
      attributes: attributesOfFacts(facts),
      links,
    };
    const parent = trace.setSpanContext(ROOT_CONTEXT, around && isInTrace ? around : first);
    const span = kind.isFirst
      ? ids.startAs(first, () => tracer.startSpan(kind.span, { ...options, root: true }, ROOT_CONTEXT))
      : tracer.startSpan(kind.span, options, parent);
    if (kind.isFailure || String(facts["state"]).endsWith("Error")) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endTime);
  };
}

function startOf(kind: MessageEvent, operation: ActiveOperation | undefined, facts: Facts, now: number): number {
  const { durationMs } = facts;
  if (kind.since === "durationMs") return now - (typeof durationMs === "number" ? durationMs : 0);
  return kind.since === "operation" ? (operation?.startedAt ?? now) : now;
}
