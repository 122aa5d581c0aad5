import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export type ProxyFault =
  /** Answers in the service's place. */
  | { readonly kind: "answer"; readonly status: number; readonly retryAfterSeconds?: number }
  /** Drops the connection before anything is passed on. */
  | { readonly kind: "drop" }
  /** Passes the request on, waits for the whole answer, and drops the connection. */
  | { readonly kind: "loseAnswer" }
  /** Passes the request on and holds the answer back. */
  | { readonly kind: "delayAnswer"; readonly delayMs: number }
  /** Drops the connection after so many bytes of the answer's body; first somebody else acts. */
  | { readonly kind: "cutAnswer"; readonly afterBytes: number; readonly act?: () => Promise<unknown> }
  /** Falls silent after so many bytes of the answer's body. */
  | { readonly kind: "stallAnswer"; readonly afterBytes: number }
  /** Passes the request on, and somebody else acts before its answer goes back. */
  | { readonly kind: "meanwhile"; readonly act: () => Promise<unknown> }
  /** Passes the request on twice and gives the second answer. */
  | { readonly kind: "repeat" };

export interface ProxiedRequest {
  readonly index: number;
  readonly method: string;
  readonly url: string;
}

export interface FaultProxy {
  readonly port: number;
  /** Every request that came, since the plan was set. */
  readonly requests: readonly ProxiedRequest[];
  /** Says what happens to the requests from now on, whose numbers begin at 0 again. */
  readonly plan: (next: (request: ProxiedRequest) => ProxyFault | undefined) => void;
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A proxy on a free port of this machine in front of another one, which does to requests what its plan says. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  let planned: (request: ProxiedRequest) => ProxyFault | undefined = () => undefined;
  const server = createServer((incoming, response) => {
    const { method = "GET", url = "/" } = incoming;
    const request = { index: requests.length, method, url };
    requests.push(request);
    void handle(targetPort, planned(request), incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    plan: (next) => {
      requests.length = 0;
      planned = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  targetPort: number,
  fault: ProxyFault | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (fault?.kind === "drop") return void incoming.socket.destroy();
  const body = await collect(incoming);
  if (fault?.kind === "answer") return answerInstead(fault.status, fault.retryAfterSeconds, response);
  if (fault?.kind === "repeat") await forward(targetPort, incoming, body);
  const answer = await forward(targetPort, incoming, body);
  if (fault?.kind === "loseAnswer") return void incoming.socket.destroy();
  if (fault?.kind === "delayAnswer") await wait(fault.delayMs);
  if (fault?.kind === "meanwhile" || fault?.kind === "cutAnswer") await fault.act?.();
  response.writeHead(answer.status, [...answer.headers]);
  if (fault?.kind === "cutAnswer" || fault?.kind === "stallAnswer") {
    response.write(answer.body.subarray(0, fault.afterBytes), () => {
      if (fault.kind === "cutAnswer") incoming.socket.destroy();
    });
    return;
  }
  response.end(answer.body);
}

function answerInstead(status: number, retryAfterSeconds: number | undefined, response: ServerResponse): void {
  if (retryAfterSeconds !== undefined) response.setHeader("Retry-After", retryAfterSeconds);
  response.writeHead(status).end();
}

async function forward(targetPort: number, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url, rawHeaders } = incoming;
  const outgoing = sendRequest({
    host: "127.0.0.1",
    port: targetPort,
    method,
    path: url,
    headers: rawHeaders,
    agent: false,
  });
  const answering = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  outgoing.end(body);
  const answer = await answering;
  return { status: answer.statusCode ?? 502, headers: answer.rawHeaders, body: await collect(answer) };
}

async function collect(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
