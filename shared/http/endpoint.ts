import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { TokenVerifier } from "../auth/entraToken.ts";
import type { Caller } from "../domain/caller.ts";
import { DomainError } from "../domain/errors.ts";
import type { Ports } from "../ports.ts";
import { paceReply, type ResponseOf } from "./pacedReply.ts";
import { describeError, toErrorReply, withCommonHeaders } from "./reply.ts";
import { readQuery } from "./request.ts";

export interface Surface {
  readonly ports: Ports;
  readonly verify: TokenVerifier;
  readonly requestsInProgressMax: number;
  /** A client that takes nothing of its answer for so long is cut off. */
  readonly stalledMsMax: number;
  readonly responseOf: ResponseOf;
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
/** Takes a place in the instance, or throws `tooManyRequests`; what it gives leaves the place again. */
type Enter = () => () => void;

/**
 * The one way in for every route. It answers always, because a handler that throws in a streaming app never does; and
 * it refuses what is over the instance's limit before it looks at anything, because RIS repeats a 429 without a pause.
 */
export function createEndpoints(surface: Surface): Endpoints {
  const { verify, during, responseOf } = surface;
  const enter = createGate(surface.requestsInProgressMax);
  const handle =
    (enter: Enter, run: Answer): HttpHandler =>
    (request, context) => {
      const response = responseOf(context.invocationId);
      return during(context, request, () => answer(surface, request, response, enter, run));
    };

  return {
    forAnybody: (handler) => handle(() => () => undefined, handler),
    forCallers: (handler) =>
      handle(enter, async (request, requestId) => {
        refuseFedHeaders(request);
        const caller = await verify(request.headers.get("authorization"));
        return handler(request, caller, requestId);
      }),
  };
}

async function answer(
  { ports, stalledMsMax }: Surface,
  request: HttpRequest,
  response: ReturnType<ResponseOf>,
  enter: Enter,
  run: Answer,
): Promise<HttpResponseInit> {
  const requestId = ports.ids.random();
  let leave = (): void => undefined;
  const makeReply = async (): Promise<HttpResponseInit> => {
    try {
      leave = enter();
      return withCommonHeaders(await run(request, requestId), requestId);
    } catch (error) {
      logFailure(ports, request, requestId, error);
      return toErrorReply(error, requestId);
    }
  };
  const reply = await makeReply();
  const facts = { requestId, method: request.method };
  return paceReply(reply, response, {
    stalledMsMax,
    over: leave,
    stalled: () => ports.log.warn("answer.cut", { ...facts, reason: "stalled" }),
    failed: (error) => ports.log.error("answer.cut", { ...facts, reason: "failed" }, error),
  });
}

/** Lets so many in at a time; a request is in progress until the last byte of its answer is out, or its reader is gone. */
function createGate(inProgressMax: number): Enter {
  let inProgress = 0;
  return () => {
    if (inProgress >= inProgressMax) {
      throw new DomainError("tooManyRequests", "This instance is full. Repeat the request later.");
    }
    inProgress += 1;
    return () => void (inProgress -= 1);
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
