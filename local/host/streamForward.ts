import {
  Agent,
  request as startRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";

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
/** So long may a forwarded request be without a byte in either direction. */
const idleMsMax = 240_000;

/** One pool for all requests, that which came back last goes out first: a spoiled connection meets the next request. */
export function createStreamTarget(streamUri: string): StreamTarget {
  return { uri: new URL(streamUri), agent: new Agent({ keepAlive: true, scheduling: "lifo" }) };
}

export function forwardStream(target: StreamTarget, forwarded: Forwarded): StreamForward {
  const { request, response } = forwarded;
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
        // A client that left, or an app that broke off, ends both sides: nothing is left to report.
        pipeline(answer, response, () => resolve());
      });
      response.once("close", resolve);
      // A body that breaks off has lost its client.
      sendBody(current, forwarded).catch(() => current.destroy());
    });
  // The rest of a body follows its answer, which leaves the connection to the app to those behind it or spoils it; only
  // a client that left before its answer was out ends it.
  response.once("close", () => {
    if (!response.writableFinished) upstream?.destroy();
  });
  return {
    done: persist(attempt, isRepeatable(request)),
    isAnswered: () => isAnswered,
    abandon: () => upstream?.destroy(),
  };
}

/** A request with a body went out once; the host cannot send it again. */
async function persist(attempt: () => Promise<void>, isRepeatable: boolean): Promise<void> {
  for (let [count, delayMs] = [1, attemptDelayMsMin]; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRepeatable || count >= attemptsMax) throw error;
      await setTimeoutAsync(delayMs);
      delayMs = Math.min(delayMs * 2, attemptDelayMsMax);
    }
  }
}

export function isChunked(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined;
}

function isRepeatable(request: IncomingMessage): boolean {
  return !isChunked(request) && Number(request.headers["content-length"] ?? 0) === 0;
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

async function sendBody(upstream: ClientRequest, { request, body, bodyBytesMax }: Forwarded): Promise<void> {
  if (!isChunked(request)) {
    upstream.end(body);
    return;
  }
  // The app may answer before the first byte of the body comes, so it is not kept waiting for one.
  upstream.flushHeaders();
  let sizeBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > bodyBytesMax) upstream.destroy();
    // Once the app is gone nobody takes the rest, which must not stand in front of the client's next request.
    if (!upstream.destroyed) await written(upstream, chunk);
  }
  upstream.end();
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
