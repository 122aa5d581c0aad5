import type { HttpRequest, HttpResponseInit, InvocationContext, Timer } from "@azure/functions";
import type { Facts, Log } from "../ports/events.ts";
import type { Work } from "../ports/workQueue.ts";
import { systemLog, withinInvocation } from "./log.ts";

/** A request, a piece of work or a tick: what one invocation does. */
export interface Operation<T> {
  readonly name: string;
  readonly facts: Facts;
  /** What the result adds; a failure without an exception is one all the same. */
  readonly ended?: (result: T) => { readonly facts: Facts; readonly isFailure: boolean };
}

export interface Telemetry {
  readonly log: Log;
  /** Runs an operation so that whatever it logs belongs to it. Answers and throws what `run` does, and nothing else. */
  readonly during: <T>(context: InvocationContext, operation: Operation<T>, run: () => Promise<T>) => Promise<T>;
  /** Sends what is still here, within a few seconds; after that, nothing is sent any more. */
  readonly stop: () => Promise<void>;
}

/** Logs, and nothing more. */
export const silentTelemetry: Telemetry = {
  log: systemLog,
  during: (context, _operation, run) => withinInvocation(context, run),
  stop: () => Promise.resolve(),
};

/** The route is the one that was registered: a path has ids in it that somebody made up. */
export function requestOperation(context: InvocationContext, request: HttpRequest): Operation<HttpResponseInit> {
  const { method } = request;
  const { route: registered } = context.options.trigger;
  const route = typeof registered === "string" ? `/${registered}` : context.functionName;
  return {
    name: `${method} ${route}`,
    facts: { method, route },
    ended: ({ status = 200 }) => ({ facts: { status }, isFailure: status >= 500 }),
  };
}

export function workOperation(context: InvocationContext, work: Work): Operation<void> {
  const { kind, ...facts } = work;
  return { name: `${context.functionName} ${kind}`, facts: { ...facts, work: kind } };
}

export function tickOperation(context: InvocationContext): Operation<unknown> {
  return { name: context.functionName, facts: { tick: context.functionName } };
}

/** How long after its due time a timer fired: 0 where the host does not say, as on its first run. */
export function tickDelayMs(timer: Partial<Timer>, now: number): number {
  const dueAt = Date.parse(timer.scheduleStatus?.next ?? "");
  return dueAt > 0 && dueAt < now ? now - dueAt : 0;
}
