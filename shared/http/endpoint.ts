import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { TokenVerifier } from "../auth/entraToken.ts";
import type { Caller } from "../domain/caller.ts";
import { DomainError } from "../domain/errors.ts";
import type { Ports } from "../ports.ts";
import { describeError, toErrorReply, withCommonHeaders } from "./reply.ts";

export interface Surface {
  readonly ports: Ports;
  readonly verify: TokenVerifier;
  readonly requestsInProgressMax: number;
  /** Runs the handler so that whatever it logs belongs to the request. */
  readonly during: (
    context: InvocationContext,
    request: HttpRequest,
    run: () => Promise<HttpResponseInit>,
  ) => Promise<HttpResponseInit>;
}

export type CallerHandler = (request: HttpRequest, caller: Caller, requestId: string) => Promise<HttpResponseInit>;
export type AnonymousHandler = (request: HttpRequest, requestId: string) => Promise<HttpResponseInit>;

export interface Endpoints {
  /** For a caller with a valid token. */
  readonly forCallers: (handler: CallerHandler) => HttpHandler;
  /** For anybody: nothing behind it may depend on who asks. */
  readonly forAnybody: (handler: AnonymousHandler) => HttpHandler;
}

/**
 * The one way in for every route. It answers always, because a handler that throws in a streaming app never does; and
 * it refuses what is over the instance's limit before it looks at anything, because RIS repeats a 429 without a pause.
 */
export function createEndpoints(surface: Surface): Endpoints {
  let requestsInProgress = 0;

  const answer = async (request: HttpRequest, run: (requestId: string) => Promise<HttpResponseInit>) => {
    const requestId = surface.ports.ids.random();
    if (requestsInProgress >= surface.requestsInProgressMax) {
      return toErrorReply(
        new DomainError("tooManyRequests", "This instance is full. Repeat the request later."),
        requestId,
      );
    }
    requestsInProgress += 1;
    try {
      return withCommonHeaders(await run(requestId), requestId);
    } catch (error) {
      logFailure(surface.ports, request, requestId, error);
      return toErrorReply(error, requestId);
    } finally {
      requestsInProgress -= 1;
    }
  };

  return {
    forAnybody: (handler) => (request, context) =>
      surface.during(context, request, () => answer(request, (requestId) => handler(request, requestId))),
    forCallers: (handler) => (request, context) =>
      surface.during(context, request, () =>
        answer(request, async (requestId) => {
          const caller = await surface.verify(request.headers.get("authorization"));
          return handler(request, caller, requestId);
        }),
      ),
  };
}

function logFailure(ports: Ports, request: HttpRequest, requestId: string, error: unknown): void {
  const { status, code } = describeError(error);
  const facts = { requestId, status, code, method: request.method };
  if (status >= 500) ports.log.error("request.failed", facts, error);
  else ports.log.info("request.refused", facts);
}
