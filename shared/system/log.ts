import { AsyncLocalStorage } from "node:async_hooks";
import type { InvocationContext } from "@azure/functions";
import type { EventName, Facts, Log } from "../ports/events.ts";

const invocation = new AsyncLocalStorage<InvocationContext>();

/** Runs work so that whatever it logs belongs to the invocation. */
export function withinInvocation<T>(context: InvocationContext, run: () => Promise<T>): Promise<T> {
  return invocation.run(context, run);
}

/** One line of JSON an event, through the host's logger of the current invocation. */
export const systemLog: Log = {
  info: (event, facts) => (invocation.getStore() ?? console).info(toLine(event, facts)),
  warn: (event, facts) => (invocation.getStore() ?? console).warn(toLine(event, facts)),
  error: (event, facts, error) =>
    (invocation.getStore() ?? console).error(toLine(event, { ...facts, ...describe(error) })),
};

// JSON escapes control characters, so no value can forge a line of its own.
function toLine(event: EventName, facts: Facts): string {
  return JSON.stringify({ event, ...facts });
}

function describe(error: unknown): Facts {
  if (error === undefined) return {};
  if (error instanceof Error) return { error: error.message, stack: error.stack ?? "" };
  return { error: typeof error === "string" ? error : toText(error) };
}

/** What was thrown may be anything, also what JSON cannot hold; the log must not fail over it. */
function toText(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? typeof thrown;
  } catch {
    return typeof thrown;
  }
}
