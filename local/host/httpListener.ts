import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { readBufferedRequest, writeBufferedResponse } from "./bufferedExchange.ts";
import type { HeldPort } from "../freePort.ts";
import type { HostedFunction, HostLog } from "./coreTypes.ts";
import { describeError } from "./describeError.ts";
import type { HostedApp } from "./hostedApp.ts";
import type { Worker } from "./worker.ts";
import type { Route } from "./routeMatching.ts";
import { createRouteTable } from "./routeTable.ts";
import { type Exchange, serveStream } from "./streamExchange.ts";

export interface HttpOptions {
  readonly port: number | HeldPort;
  readonly hostname: string;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly routePrefix: string;
  readonly bodyBytesMax: number;
  /** Answers what is not the app's and lives below the same origin; false for everything else. */
  readonly beside?: Beside | undefined;
  readonly log: HostLog;
}

export type Beside = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

export interface HttpListener {
  readonly port: number;
  readonly routes: readonly Route[];
  /** Takes no new request, and waits for those that run, at most for the time given; then cuts what is left. */
  stop(waitMs: number): Promise<void>;
}

interface FunctionRoute extends Route {
  readonly target: HostedFunction;
}

const headerBytesMax = 32 * 1024;

/** Serves the app's HTTP functions under their routes. */
export async function startHttpListener(app: HostedApp, options: HttpOptions): Promise<HttpListener> {
  const { bodyBytesMax, routePrefix } = options;
  const routes = readRoutes(app, routePrefix);
  const table = createRouteTable(routes);
  const protocol = options.tls === undefined ? "http" : "https";
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = readUrl(request, protocol);
    const match = url && table.match(request.method ?? "GET", rawPathOf(request));
    if (!isUtf8(request)) return refuse(request, response, 400);
    if (url && options.beside?.(request, response, url)) return;
    if (url === undefined || match === undefined) return refuse(request, response, url === undefined ? 400 : 404);
    // Not 413: the host notices when it reads the body, and takes that for a failure of its own.
    if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) {
      return refuse(request, response, 500, `The host takes no body of more than ${bodyBytesMax} bytes.`);
    }
    const exchange = { request, response, url, parameters: match.parameters, target: match.route.target, bodyBytesMax };
    const worker = await app.worker();
    await (worker.stream === undefined
      ? serveBuffered(worker, exchange)
      : serveStream(worker, worker.stream, exchange));
  };
  const server = createListener(options, (request, response) => {
    serve(request, response).catch((error: unknown) => fail(options.log, request, response, error));
  });
  const port = await listen(server, options);
  return {
    port,
    routes,
    stop: (waitMs) => close(server, waitMs),
  };
}

function readRoutes(app: HostedApp, prefix: string): FunctionRoute[] {
  return app.functions.flatMap((target) => {
    const trigger = Object.values(target.metadata.bindings).find(({ type }) => type === "httpTrigger");
    if (trigger === undefined) return [];
    const { name } = target.metadata;
    const { route = name, methods } = trigger;
    const template = [prefix, route].filter((part) => part !== "").join("/");
    return [{ functionName: name, template, methods: methods?.length ? methods : ["GET", "POST"], target }];
  });
}

function createListener(
  { tls }: HttpOptions,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  // The host sets no limit to the time of a request; the app's own proxy keeps Node's.
  const options = { requestTimeout: 0, maxHeaderSize: headerBytesMax };
  return tls === undefined ? createServer(options, onRequest) : createTlsServer({ ...options, ...tls }, onRequest);
}

async function listen(server: Server, { port: wanted, hostname }: HttpOptions): Promise<number> {
  const port = typeof wanted === "number" ? wanted : wanted.port;
  if (typeof wanted !== "number") await wanted.release();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

async function close(server: Server, waitMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), waitMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}

async function serveBuffered(worker: Worker, { request, response, url, parameters, target }: Exchange): Promise<void> {
  const http = await readBufferedRequest(request, url, parameters);
  const { returnValue } = await worker.invoke(target, { input: { http }, triggerMetadata: {} });
  writeBufferedResponse(response, returnValue?.http);
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}

/** The host reads headers as UTF-8, and refuses what is none. */
function isUtf8({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.every((text) => isAscii(text) || !Buffer.from(text, "latin1").toString("utf8").includes("\ufffd"));
}

function readUrl(request: IncomingMessage, protocol: string): URL | undefined {
  const target = request.url ?? "/";
  // A path that begins with two slashes is still a path; only a proxy's absolute form names a host.
  const base = target.startsWith("/") ? `${protocol}://${request.headers.host ?? "localhost"}` : "";
  return URL.parse(base + target) ?? undefined;
}

/** Not from the parsed URL: that has resolved dots and escapes by rules of its own. */
function rawPathOf(request: IncomingMessage): string {
  return (request.url ?? "/").replace(/^[a-z]+:\/\/[^/?]*/i, "").replace(/\?.*$/s, "");
}

/** A 500 has a text, which Azure's host leaves out: nobody here shall look for a fault of their own. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, text = ""): void {
  request.resume();
  const bytes = Buffer.from(text && `${text}\n`);
  const type = text === "" ? {} : { "content-type": "text/plain; charset=utf-8" };
  response.writeHead(status, { ...type, "content-length": String(bytes.byteLength) }).end(bytes);
}

function fail(log: HostLog, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  log("error", "host", `${request.method} ${rawPathOf(request)} failed: ${describeError(error)}`);
  if (response.headersSent) response.destroy();
  else refuse(request, response, 500, `The function host could not answer: ${describeCause(error)}`);
}

/** The log has the stack. */
function describeCause(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
