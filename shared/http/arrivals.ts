import { subscribe } from "node:diagnostics_channel";
import { ServerResponse } from "node:http";

const invocationHeader = "x-ms-invocation-id";
/** Between the arrival of a request and its invocation there are moments; of those that never meet some are kept. */
const unclaimedMax = 1_000;

/** The response of an invocation, on the worker's end of the connection to the host; undefined outside of a host. */
export type ResponseOf = (invocationId: string) => ServerResponse | undefined;

export interface Arrivals {
  /** Each is given out once. */
  readonly responseOf: ResponseOf;
  /** Calls with the response of an invocation's request when it is there, at once when it is there already. */
  readonly whenArrived: (invocationId: string, arrived: (response: ServerResponse) => void) => void;
}

/**
 * Watches the requests that the host forwards to the functions library, each the raw half of an invocation. The library
 * tells nobody which response it writes to, and waits for ever for a request that does not come. Node publishes each
 * request with its response on a diagnostics channel, before anybody handles it.
 */
export function watchArrivals(): Arrivals {
  const unclaimed = new Map<string, ServerResponse>();
  const awaited = new Map<string, (response: ServerResponse) => void>();
  subscribe("http.server.request.start", (message) => {
    if (typeof message !== "object" || message === null || !("response" in message)) return;
    const { response } = message;
    const invocationId = response instanceof ServerResponse ? response.req.headers[invocationHeader] : undefined;
    if (typeof invocationId !== "string" || !(response instanceof ServerResponse)) return;
    keep(unclaimed, invocationId, response);
    awaited.get(invocationId)?.(response);
    awaited.delete(invocationId);
  });
  return {
    responseOf(invocationId) {
      const response = unclaimed.get(invocationId);
      unclaimed.delete(invocationId);
      return response;
    },
    whenArrived(invocationId, arrived) {
      const response = unclaimed.get(invocationId);
      if (response) arrived(response);
      else keep(awaited, invocationId, arrived);
    },
  };
}

function keep<T>(kept: Map<string, T>, invocationId: string, value: T): void {
  kept.set(invocationId, value);
  const [oldest] = kept.keys();
  if (kept.size > unclaimedMax && oldest !== undefined) kept.delete(oldest);
}
