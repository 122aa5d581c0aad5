import type { Surroundings } from "../surroundings.ts";

const triesMax = 5;
const pauseMs = 500;
const pauseMsMax = 30_000;

/**
 * Asks again what may be asked again, as long as the service is busy or away for a moment: what it refused without doing
 * it, and what only reads. Ends by Ctrl-C.
 */
export function patientFetch({ fetch, pause, signal }: Pick<Surroundings, "fetch" | "pause" | "signal">) {
  return async (request: Request): Promise<Response> => {
    const abortable = AbortSignal.any([signal, request.signal]);
    for (let tries = 1; ; tries += 1) {
      const again = tries < triesMax && isRepeatable(request) ? request.clone() : undefined;
      const outcome = await attempt(() => fetch(new Request(request, { signal: abortable })));
      if (abortable.aborted || !again || !isPassing(request, outcome)) {
        if (outcome instanceof Response) return outcome;
        throw outcome.error;
      }
      if (outcome instanceof Response) await outcome.body?.cancel();
      await pause(pauseBefore(tries, outcome), abortable);
      request = again;
    }
  };
}

type Outcome = Response | { readonly error: unknown };

async function attempt(ask: () => Promise<Response>): Promise<Outcome> {
  try {
    return await ask();
  } catch (error) {
    return { error };
  }
}

/** The body of a file has been read by the time that one knows. */
function isRepeatable({ body, headers }: Request): boolean {
  return body === null || (headers.get("content-type") ?? "").startsWith("application/json");
}

function isPassing({ method }: Request, outcome: Outcome): boolean {
  const isRead = method === "GET" || method === "HEAD";
  if (!(outcome instanceof Response)) return isRead && outcome.error instanceof TypeError && !isFinal(outcome.error);
  if (outcome.status === 429 || outcome.status === 503) return true;
  return isRead && (outcome.status === 502 || outcome.status === 504);
}

const finalCodes = /^(ECONNREFUSED|ENOTFOUND|ERR_INVALID_URL|ERR_TLS.*|.*CERT.*|.*SELF_SIGNED.*|UNABLE_TO.*)$/;

/** Nobody is there, or somebody else: that does not pass within seconds, and who typed the address should hear of it. */
function isFinal({ cause }: Error): boolean {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && finalCodes.test(code);
}

function pauseBefore(tries: number, outcome: Outcome): number {
  const said = outcome instanceof Response ? Number(outcome.headers.get("retry-after") ?? Number.NaN) : Number.NaN;
  return Math.min(said >= 0 ? said * 1000 : pauseMs * 2 ** (tries - 1), pauseMsMax);
}
