import { QueryClient } from "@tanstack/react-query";
import { Refused, Unreachable } from "./api.ts";

const freshMs = 5_000;
const calmMs = 30_000;
/** After so long without a change a view asks less often. */
const calmAfterMs = 60_000;
const retriesMax = 3;

/**
 * What was read and how it stays fresh: while a tab is seen each view asks anew every five seconds, and less often when
 * nothing moves. An answer that is as before costs the service no body, and the page no drawing.
 */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs / 2,
        refetchInterval: (query) => {
          if (query.state.error instanceof Refused && query.state.error.status < 500) return false;
          return Date.now() - changedAt(query.queryHash, query.state.data) > calmAfterMs ? calmMs : freshMs;
        },
        refetchOnWindowFocus: "always",
        retry: (count, error) => isPassing(error) && count < retriesMax,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && error.status >= 500);
}

const changes = new Map<string, { readonly data: unknown; readonly at: number }>();

/** When this question's answer was another one last: equal answers are one object. */
function changedAt(question: string, data: unknown): number {
  const known = changes.get(question);
  if (known && known.data === data) return known.at;
  const at = Date.now();
  changes.set(question, { data, at });
  return at;
}
