import { QueryClient } from "@tanstack/react-query";
import { Refused, Unreachable } from "./api.ts";

const freshMs = 5_000;
const calmMs = 30_000;
/** After so long without a change a view asks less often. */
const calmAfterMs = 60_000;
const retriesMax = 3;

/**
 * What was read and how it stays fresh: while a tab is seen each view asks anew every five seconds, and less often when
 * nothing moves; a page of a list counts as a view. An answer that is as before costs the service no body, and the page no drawing.
 */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs / 2,
        refetchInterval: (query) => {
          if (query.state.error instanceof Refused && query.state.error.status < 500) return false;
          const isCalm = Date.now() - changedAt(query.queryHash, query.state.data) > calmAfterMs;
          // A list that somebody has scrolled far is asked for page by page.
          return (isCalm ? calmMs : freshMs) * pageCountOf(query.state.data);
        },
        refetchOnWindowFocus: "always",
        retry: (count, error) => isPassing(error) && count < retriesMax,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

function pageCountOf(data: unknown): number {
  const hasPages = typeof data === "object" && data !== null && "pages" in data && Array.isArray(data.pages);
  return hasPages ? Math.max(1, (data.pages as readonly unknown[]).length) : 1;
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
