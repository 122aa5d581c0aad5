import {
  Agent,
  request as startRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { notePassed } from "../../shared/storage/ground/azure/passedBytes.ts";

/** Sends a request to the app's stream proxy and its answer back to the client, both as they come. */
export interface StreamForward {
  /** Resolves when the answer has gone out whole, or when the client left; rejects when the app cannot be reached. */
  readonly done: Promise<void>;
  readonly isAnswered: () => boolean;
  /** Gives up the request towards the app. */
  readonly abandon: () => void;
}

export interface StreamTarget {
  readonly uri: URL;
  readonly agent: Agent;
}

export interface Forwarded {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly invocationId: string;
  readonly protocol: "http" | "https";
  /** Of a request with a length; one that is chunked goes on as it comes. */
  readonly body: Uint8Array;
  readonly bodyBytesMax: number;
  /** Whether the app has taken the request: from then on it goes out no second time. */
  readonly hasBegun: () => Promise<boolean>;
}

/** Headers that belong to one connection and are never passed on. */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const ownRequestHeaders = new Set(["expect", "x-ms-invocation-id", "x-forwarded-host", "x-forwarded-proto"]);
const attemptsMax = 10;
const attemptDelayMsMin = 50;
const attemptDelayMsMax = 250;
/** Of a body that comes in chunks, so much is kept until the app has taken the request. */
const keptBytesMax = 256 * 1024;
/** So long may a forwarded request be without a byte in either direction. */
const idleMsMax = 240_000;

/** One pool for all requests, that which came back last goes out first: a spoiled connection meets the next request. */
export function createStreamTarget(streamUri: string): StreamTarget {
  return { uri: new URL(streamUri), agent: new Agent({ keepAlive: true, scheduling: "lifo" }) };
}

export function forwardStream(target: StreamTarget, forwarded: Forwarded): StreamForward {
  const { request, response } = forwarded;
  const body = isChunked(request) ? chunkedBody(forwarded) : declaredBody(forwarded);
  let upstream: ClientRequest | undefined;
  let isAnswered = false;
  const attempt = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const current = openUpstream(target, forwarded);
      upstream = current;
      current.on("error", (error) => (isAnswered || response.destroyed ? resolve() : reject(error)));
      current.once("response", (answer) => {
        isAnswered = true;
        response.writeHead(answer.statusCode ?? 500, answer.statusMessage, toClientHeaders(answer.rawHeaders));
        passOn(answer, response);
      });
      response.once("close", resolve);
      // A body that breaks off has lost its client.
      body.sendTo(current).catch(() => current.destroy());
    });
  // The rest of a body follows its answer, which leaves the connection to the app to those behind it or spoils it; only
  // a client that left before its answer was out ends it.
  response.once("close", () => {
    if (!response.writableFinished) upstream?.destroy();
  });
  return {
    done: persist(attempt, body, forwarded.hasBegun),
    isAnswered: () => isAnswered,
    abandon: () => upstream?.destroy(),
  };
}

/**
 * Sends an answer on as it comes, and no faster than it is taken. One that breaks off breaks off here as well: nothing is
 * left to report. By hand, because a pipeline makes an error to abort with for each that ends well.
 */
function passOn(answer: IncomingMessage, response: ServerResponse): void {
  answer.on("data", (chunk: Uint8Array) => {
    notePassed(chunk.byteLength);
    if (!response.write(chunk)) answer.pause();
  });
  response.on("drain", () => answer.resume());
  answer.once("end", () => response.end());
  answer.on("error", () => undefined);
  answer.once("close", () => void (answer.complete || response.destroy()));
}

/**
 * A kept connection may have been closed by the app at the moment at which the request went out on it. Nothing was taken
 * then, and it goes out again; what the app has taken goes out once.
 */
async function persist(attempt: () => Promise<void>, body: Body, hasBegun: () => Promise<boolean>): Promise<void> {
  try {
    for (let [count, delayMs] = [1, attemptDelayMsMin]; ; count += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!body.isWhole() || count >= attemptsMax || (await hasBegun())) throw error;
        await setTimeoutAsync(delayMs);
        delayMs = Math.min(delayMs * 2, attemptDelayMsMax);
      }
    }
  } finally {
    body.settle();
  }
}

export function isChunked(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined;
}

function openUpstream({ agent, uri }: StreamTarget, forwarded: Forwarded): ClientRequest {
  const { request } = forwarded;
  const upstream = startRequest({
    agent,
    host: uri.hostname,
    port: uri.port,
    method: request.method,
    path: toOriginForm(request.url ?? "/"),
    headers: toUpstreamHeaders(forwarded),
  });
  return upstream.setTimeout(idleMsMax, () => upstream.destroy());
}

interface Body {
  /** Sends all of it, as long as there is somebody to take it. */
  sendTo(upstream: ClientRequest): Promise<void>;
  /** Whether it can be sent from its beginning. */
  isWhole(): boolean;
  /** No further attempt comes: what nobody takes any more is dropped, lest it stands before the client's next request. */
  settle(): void;
}

function declaredBody({ body }: Forwarded): Body {
  return {
    sendTo: async (upstream) => void upstream.end(body),
    isWhole: () => true,
    settle: () => undefined,
  };
}

function chunkedBody({ request, bodyBytesMax }: Forwarded): Body {
  const chunks = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  const kept: Uint8Array[] = [];
  let next: Promise<IteratorResult<Uint8Array>> | undefined;
  let sender: ClientRequest | undefined;
  let sizeBytes = 0;
  let isSettled = false;
  const isWhole = (): boolean => sizeBytes <= keptBytesMax;

  /** A chunk that an attempt waited for and did not live to see is the next attempt's. */
  async function take(upstream: ClientRequest): Promise<Uint8Array | undefined> {
    const { done, value } = await (next ??= chunks.next());
    if (done === true || sender !== upstream || (upstream.destroyed && !isSettled)) return undefined;
    next = undefined;
    sizeBytes += value.byteLength;
    notePassed(value.byteLength);
    if (isWhole()) kept.push(value);
    else kept.length = 0;
    return value;
  }

  async function sendRest(upstream: ClientRequest): Promise<void> {
    for (let chunk = await take(upstream); chunk !== undefined; chunk = await take(upstream)) {
      if (sizeBytes > bodyBytesMax) upstream.destroy();
      if (!upstream.destroyed) await written(upstream, chunk);
    }
    if (!upstream.destroyed) upstream.end();
  }

  return {
    isWhole,
    async sendTo(upstream) {
      sender = upstream;
      // The app may answer before the first byte of the body comes, so it is not kept waiting for one.
      upstream.flushHeaders();
      for (const chunk of kept) await written(upstream, chunk);
      await sendRest(upstream);
    },
    settle() {
      isSettled = true;
      if (sender?.destroyed) void sendRest(sender).catch(() => undefined);
    },
  };
}

/** Not by a pipe: Node's client tells no more of a drain once its answer has ended, and the rest would stay here. */
function written(upstream: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    upstream.once("close", resolve);
    upstream.write(chunk, () => {
      upstream.off("close", resolve);
      resolve();
    });
  });
}

/** A proxy's request line names the host as well. */
function toOriginForm(target: string): string {
  const [, path = target] = /^[a-z]+:\/\/[^/?]*(.*)$/is.exec(target) ?? [];
  return path.startsWith("/") ? path : `/${path}`;
}

function toUpstreamHeaders({ request, invocationId, protocol }: Forwarded): string[] {
  const headers = keepHeaders(request.rawHeaders, (name) => !ownRequestHeaders.has(name));
  headers.push("x-ms-invocation-id", invocationId);
  headers.push("x-forwarded-host", request.headers.host ?? "localhost", "x-forwarded-proto", protocol);
  if (request.headers.host === undefined) headers.push("host", "localhost");
  if (isChunked(request)) headers.push("transfer-encoding", "chunked");
  return headers;
}

function toClientHeaders(rawHeaders: readonly string[]): string[] {
  return keepHeaders(rawHeaders, () => true);
}

/** Names and values in turn, as Node's raw headers are, so that order, case and repeats stay as they were. */
function keepHeaders(rawHeaders: readonly string[], isKept: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = [rawHeaders[at], rawHeaders[at + 1]];
    const lower = name.toLowerCase();
    if (!connectionHeaders.has(lower) && isKept(lower)) kept.push(name, value);
  }
  return kept;
}
