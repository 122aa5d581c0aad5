import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { type ConnectorHandler, connectorEndpoint } from "../../shared/http/connectorCall.ts";
import { createEndpoints } from "../../shared/http/endpoint.ts";
import { manageApp } from "../manage/manageApp.ts";
import { listedApplication } from "../support/definitions.ts";
import type { TestPorts } from "../support/memoryPorts.ts";

const base = "https://files.example";

export interface TestService {
  readonly fetch: (request: Request) => Promise<Response>;
  /** What was asked, as `POST /api/connector/…`. */
  readonly asked: string[];
}

/** The whole service in memory, as a `fetch` reaches it. The work that waits is done while somebody pauses. */
export async function memoryService(ports: TestPorts, roles?: readonly string[]): Promise<TestService> {
  const manage = await manageApp(ports);
  const connector = await loadConnector();
  const endpoints = createEndpoints({
    ports,
    verify: () => Promise.resolve({ applicationId: listedApplication, roles: [], tokenVersion: "2.0" as const }),
    places: { inProgressMax: 100, perApplicationMax: 50, reservedForManagement: 10 },
    uploadPace: { bytesPerSecondMin: 1024, forMs: 30_000 },
    stalledMsMax: 60_000,
    responseOf: () => undefined,
    during: (_context, _request, run) => run(),
  });
  const asked: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.protocol === "memory:") return storage(ports, request);
    asked.push(`${request.method} ${url.pathname}`);
    const bytes = Buffer.from(await request.arrayBuffer());
    const headers = Object.fromEntries(request.headers);
    if (url.pathname.startsWith("/manage/api/")) {
      const address = url.pathname.slice("/manage/api/".length) + url.search;
      const answer = await manage(request.method, address, {
        headers,
        ...(bytes.length > 0 && { bytes }),
        ...(roles && { roles }),
      });
      return toResponse({ status: answer.status, headers: answer.headers, body: answer.text });
    }
    const [, , , action = "", activityId = "", uploadId = "", more = ""] = url.pathname.split("/");
    const kind = uploadId === "" ? action : `${action}/*${more && `/${more}`}`;
    const handler = connector[`${request.method} ${kind}`];
    if (!handler) return new Response("Not found.", { status: 404 });
    const run = endpoints.forCallers("client", connectorEndpoint(handler, ports, base));
    const { method } = request;
    const called = new HttpRequest({
      method,
      url: url.href,
      params: { activityId, uploadId },
      headers,
      body: { bytes },
    });
    return toResponse((await run(called, new InvocationContext())) as HttpResponseInit);
  };
  return { fetch, asked };
}

/** Takes blocks from whoever has the address. */
async function storage(ports: TestPorts, request: Request): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const id = new URL(request.url).searchParams.get("blockid") ?? "";
  return new Response(null, { status: ports.putBlock(request.url, Number(atob(id)), bytes) ? 201 : 403 });
}

async function loadConnector(): Promise<Readonly<Record<string, ConnectorHandler>>> {
  // The library warns about every function that it does not register outside of a host.
  const warn = console.warn;
  console.warn = () => undefined;
  const { handlers: inbound } = await import("../../functions/connectorInbound.ts");
  const { handlers: outbound } = await import("../../functions/connectorOutbound.ts");
  const { handlers: uploads } = await import("../../functions/connectorUploads.ts");
  console.warn = warn;
  return {
    "POST enqueue": inbound.connectorEnqueue,
    "GET jobstatus": inbound.connectorJobStatus,
    "GET dequeue": outbound.connectorDequeue,
    "GET download": outbound.connectorDownload,
    "POST ack": outbound.connectorAck,
    "POST uploads": uploads.connectorReserveUpload,
    "GET uploads/*": uploads.connectorGetUpload,
    "POST uploads/*/commit": uploads.connectorCommitUpload,
    "DELETE uploads/*": uploads.connectorAbandonUpload,
  };
}

async function toResponse({ status = 200, headers, jsonBody, body }: HttpResponseInit): Promise<Response> {
  const chunks: Uint8Array[] = [];
  if (jsonBody !== undefined) chunks.push(Buffer.from(JSON.stringify(jsonBody)));
  else if (typeof body === "string") chunks.push(Buffer.from(body));
  else for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = { ...(jsonBody !== undefined && { "content-type": "application/json" }) };
  const all = new Headers(headers as Headers);
  for (const [name, value] of Object.entries(type)) all.set(name, value);
  return new Response(status === 204 || status === 304 ? null : bytes, { status, headers: all });
}
