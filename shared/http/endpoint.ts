import { Readable } from "node:stream";
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { TokenVerifier } from "../auth/entraToken.ts";
import type { Caller } from "../domain/caller.ts";
import { DomainError } from "../domain/errors.ts";
import type { Ports } from "../ports.ts";
import { describeError, toErrorReply, withCommonHeaders } from "./reply.ts";
import { readQuery } from "./request.ts";

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

type Answer = (request: HttpRequest, requestId: string) => Promise<HttpResponseInit>;

/**
 * The one way in for every route. It answers always, because a handler that throws in a streaming app never does; and
 * it refuses what is over the instance's limit before it looks at anything, because RIS repeats a 429 without a pause.
 */
export function createEndpoints(surface: Surface): Endpoints {
  const { ports, verify, during } = surface;
  const enter = createGate(surface.requestsInProgressMax);
  const handle =
    (run: Answer): HttpHandler =>
    (request, context) =>
      during(context, request, () => answer(ports, request, run));

  return {
    forAnybody: (handler) => handle(handler),
    forCallers: (handler) =>
      handle((request, requestId) =>
        enter(async () => {
          refuseFedHeaders(request);
          const caller = await verify(request.headers.get("authorization"));
          return handler(request, caller, requestId);
        }),
      ),
  };
}

async function answer(ports: Ports, request: HttpRequest, run: Answer): Promise<HttpResponseInit> {
  const requestId = ports.ids.random();
  try {
    return withCommonHeaders(await run(request, requestId), requestId);
  } catch (error) {
    logFailure(ports, request, requestId, error);
    return toErrorReply(error, requestId);
  }
}

/** Lets so many in at a time; a reply that streams is in progress until its last byte is out or its reader is gone. */
function createGate(inProgressMax: number) {
  let inProgress = 0;
  const leave = (): void => void (inProgress -= 1);
  return async (run: () => Promise<HttpResponseInit>): Promise<HttpResponseInit> => {
    if (inProgress >= inProgressMax) {
      throw new DomainError("tooManyRequests", "This instance is full. Repeat the request later.");
    }
    inProgress += 1;
    let streams = false;
    try {
      const reply = await run();
      if (reply.body instanceof Readable) {
        streams = true;
        reply.body.once("close", leave);
      }
      return reply;
    } finally {
      if (!streams) leave();
    }
  };
}

/** In a streaming app the host's library takes headers from a query parameter of this name: a token never comes so. */
function refuseFedHeaders(request: HttpRequest): void {
  if (!readQuery(request.url).has("headers")) return;
  throw new DomainError(
    "notAuthenticated",
    "The query may not have a parameter named Headers. Send headers as headers.",
  );
}

function logFailure(ports: Ports, request: HttpRequest, requestId: string, error: unknown): void {
  const { status, code } = describeError(error);
  const facts = { requestId, status, code, method: request.method };
  if (status >= 500) ports.log.error("request.failed", facts, error);
  else ports.log.info("request.refused", facts);
}
