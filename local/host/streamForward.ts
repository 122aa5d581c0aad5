import { Agent, request as startRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** Sends a raw request to the app's stream proxy and its answer back to the client, both as they come. */
export interface StreamForward {
  /** Resolves when the answer has gone out whole, or when the client left. */
  readonly done: Promise<void>;
  readonly isAnswered: () => boolean;
  /** Gives up the request towards the app. */
  readonly abandon: () => void;
}

export interface StreamTarget {
  readonly uri: URL;
  readonly agent: Agent;
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

export function createStreamTarget(streamUri: string): StreamTarget {
  return { uri: new URL(streamUri), agent: new Agent({ keepAlive: true }) };
}

export function forwardStream(
  target: StreamTarget,
  request: IncomingMessage,
  response: ServerResponse,
  facts: { readonly invocationId: string; readonly protocol: "http" | "https" },
): StreamForward {
  const upstream = startRequest({
    agent: target.agent,
    host: target.uri.hostname,
    port: target.uri.port,
    method: request.method,
    path: toOriginForm(request.url ?? "/"),
    headers: toUpstreamHeaders(request, facts),
  });
  let isAnswered = false;
  const done = new Promise<void>((resolve, reject) => {
    upstream.once("error", (error) => (isAnswered || response.destroyed ? resolve() : reject(error)));
    upstream.once("response", (answer) => {
      isAnswered = true;
      response.writeHead(answer.statusCode ?? 500, answer.statusMessage, toClientHeaders(answer.rawHeaders));
      // A client that left, or an app that broke off, ends both sides: nothing is left to report.
      pipeline(answer, response, () => resolve());
    });
    response.once("close", () => {
      // An answer may come before the request has gone out whole; the rest of that goes nowhere.
      if (!response.writableFinished || !upstream.writableFinished) upstream.destroy();
      // What the client still sends after its answer is read and dropped, or the connection could not be used again.
      request.unpipe(upstream).resume();
      resolve();
    });
  });
  // The app may answer before the first byte of the body comes, so it is not kept waiting for one.
  upstream.flushHeaders();
  request.pipe(upstream);
  return { done, isAnswered: () => isAnswered, abandon: () => upstream.destroy() };
}

/** A proxy's request line names the host as well. */
function toOriginForm(target: string): string {
  const [, path = target] = /^[a-z]+:\/\/[^/?]*(.*)$/is.exec(target) ?? [];
  return path.startsWith("/") ? path : `/${path}`;
}

function toUpstreamHeaders(
  request: IncomingMessage,
  facts: { readonly invocationId: string; readonly protocol: string },
): string[] {
  const headers = keepHeaders(request.rawHeaders, (name) => !ownRequestHeaders.has(name));
  headers.push("x-ms-invocation-id", facts.invocationId);
  headers.push("x-forwarded-host", request.headers.host ?? "localhost", "x-forwarded-proto", facts.protocol);
  if (request.headers.host === undefined) headers.push("host", "localhost");
  if (request.headers["transfer-encoding"] !== undefined) headers.push("transfer-encoding", "chunked");
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
