import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { TokenVerifier } from "../auth/entraToken.ts";
import type { Caller } from "../domain/caller.ts";
import type { Ports } from "../ports.ts";
import type { ResponseOf } from "./arrivals.ts";
import { decodeBody } from "./contentEncoding.ts";
import { paceReply } from "./pacedReply.ts";
import { type Audience, openPlaces, type Place, type PlaceLimits } from "./places.ts";
import { describeError, toErrorReply, withCommonHeaders } from "./reply.ts";
import { rawBody } from "./rawBody.ts";
import { type ServiceRequest, requirePlainHost } from "./request.ts";
import { openRequestBody, type Patience, type RequestBody } from "./requestBody.ts";
import { NotAnswered } from "./notAnswered.ts";
import { within } from "./within.ts";

export interface Surface {
  readonly ports: Ports;
  readonly verify: TokenVerifier;
  readonly places: PlaceLimits;
  readonly uploadPace: Patience;
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

export type CallerHandler = (request: ServiceRequest, caller: Caller, requestId: string) => Promise<HttpResponseInit>;
export type AnonymousHandler = (request: ServiceRequest, requestId: string) => Promise<HttpResponseInit>;

/** The body that a refusal has. */
export type ErrorReply = (error: unknown, requestId: string) => HttpResponseInit;

export interface Endpoints {
  /** For a caller with a valid token. */
  readonly forCallers: (
    audience: Exclude<Audience, "anybody">,
    handler: CallerHandler,
    refuse?: ErrorReply,
  ) => HttpHandler;
  /** For anybody: nothing behind it may depend on who asks. */
  readonly forAnybody: (handler: AnonymousHandler) => HttpHandler;
  /** For anybody who asks whether the instance lives, and so also when it is full: a few words from memory. */
  readonly forProbes: (handler: AnonymousHandler) => HttpHandler;
}

type Response = ReturnType<ResponseOf>;
type Enter = () => Place;
type Answer = (request: ServiceRequest, requestId: string, place: Place) => Promise<HttpResponseInit>;

interface Route {
  readonly enter: Enter;
  readonly run: Answer;
  readonly refuse: ErrorReply;
}

/** The front end gives a request up after 230 seconds without an answer, and nobody hears what comes later. */
const answerMsMax = 225_000;
/** A client that goes on sending behind its refusal has so long to end, and sends no more than this above the limit. */
const restMsMax = 30_000;
const restBytesMore = 32 * 1024 * 1024;

const noPlace: Place = { take: () => undefined, leave: () => undefined };

/**
 * The one way in for every route. It answers always, because a handler that throws in a streaming app never does; and
 * it refuses what is over a limit of the instance before it looks at anything, because RIS repeats a 429 without a pause.
 */
export function createEndpoints(surface: Surface): Endpoints {
  const { verify, during, responseOf } = surface;
  const enter = openPlaces(surface.places);
  const handle =
    (enter: Enter, run: Answer, refuse: ErrorReply = toErrorReply): HttpHandler =>
    (request, context) => {
      const response = responseOf(context.invocationId);
      return during(context, request, () => answer(surface, request, response, { enter, run, refuse }));
    };

  return {
    forProbes: (handler) => handle(() => noPlace, handler),
    forAnybody: (handler) => handle(() => enter("anybody"), handler),
    forCallers: (audience, handler, refuse) =>
      handle(
        () => enter(audience),
        async (request, requestId, place) => {
          const caller = await verify(request.headers.get("authorization"));
          place.take(caller.applicationId);
          return handler(request, caller, requestId);
        },
        refuse,
      ),
  };
}

async function answer(
  { ports, stalledMsMax, uploadPace }: Surface,
  request: HttpRequest,
  response: Response,
  { enter, run, refuse }: Route,
): Promise<HttpResponseInit> {
  const requestId = ports.ids.random();
  const body = openBody(request, response, uploadPace, ports.settings.bodyBytesMax);
  let place = noPlace;
  const makeReply = async (): Promise<HttpResponseInit> => {
    try {
      place = enter();
      requirePlainHost(request.headers);
      const reply = await within(run(toServiceRequest(request, body), requestId, place), answerMsMax);
      if (!reply) throw new NotAnswered(answerMsMax);
      return withCommonHeaders(reply, requestId);
    } catch (error) {
      logFailure(ports, request, requestId, error);
      return refuse(error, requestId);
    }
  };
  const reply = await makeReply();
  body.dropRest();
  const facts = { requestId, method: request.method };
  return paceReply(reply, response, {
    stalledMsMax,
    // A request is in progress until the last byte of its answer is out, or its reader is gone.
    over: place.leave,
    unpaced: () => ports.log.warn("answer.unpaced", facts),
    stalled: () => ports.log.warn("answer.cut", { ...facts, reason: "stalled" }),
    failed: (error) => ports.log.error("answer.cut", { ...facts, reason: "failed" }, error),
  });
}

function toServiceRequest(request: HttpRequest, { bytes }: RequestBody): ServiceRequest {
  const { method, url, headers, params } = request;
  return { method, url, headers, params, body: decodeBody(bytes, headers) };
}

function openBody(request: HttpRequest, response: Response, pace: Patience, bodyBytesMax: number): RequestBody {
  const raw = response && rawBody(response.req);
  // The library copies each chunk twice on its way into the body that it gives out; the raw request is that body.
  const given = request.body && (raw ?? request.body);
  // It hides the body of a GET; it comes all the same.
  const hidden = response?.req.complete === false ? raw : undefined;
  // The host has read what has a length before the app sees it, up to a limit of its own that lies above the service's.
  const rest = { bytesMax: bodyBytesMax + restBytesMore, forMs: restMsMax, close: () => closeBehind(response) };
  return openRequestBody(given ?? hidden ?? null, pace, rest);
}

/** Ends the connection, but not the answer on it. */
function closeBehind(response: Response): void {
  if (!response) return;
  const { socket } = response.req;
  if (response.destroyed || response.writableFinished) socket.destroy();
  else response.once("close", () => socket.destroy());
}

function logFailure(ports: Ports, request: HttpRequest, requestId: string, error: unknown): void {
  const { status, code } = describeError(error);
  const facts = { requestId, status, code, method: request.method };
  if (status >= 500) ports.log.error("request.failed", facts, error);
  else ports.log.info("request.refused", facts);
}
