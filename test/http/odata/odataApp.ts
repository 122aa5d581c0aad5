import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import type { Caller } from "../../../shared/domain/caller.ts";
import { createEndpoints } from "../../../shared/http/endpoint.ts";
import { odataEndpoint, odataRoutes } from "../../../shared/http/odata/call.ts";
import { toODataErrorReply } from "../../../shared/http/odata/reply.ts";
import type { Ports } from "../../../shared/ports.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into the JSON that it expects
  readonly json: any;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: Partial<Caller>;
  readonly body?: string | Uint8Array | object;
}

export const base = "https://files.example";
const client: Caller = {
  applicationId: "00000000-0000-4000-8000-0000000000c1",
  roles: ["Integration.Package"],
  tokenVersion: "2.0",
};

/** Calls what is served as OData, by the address behind the host, on the given ports. */
export function odataApp(ports: Ports) {
  return async (address: string, { method = "GET", headers = {}, caller, body }: Call = {}): Promise<Answer> => {
    const { forCallers } = createEndpoints({
      ports,
      verify: () => Promise.resolve({ ...client, ...caller }),
      places: { inProgressMax: 100, perApplicationMax: 50, reservedForManagement: 10 },
      uploadPace: { bytesPerSecondMin: 1024, forMs: 30_000 },
      stalledMsMax: 60_000,
      responseOf: () => undefined,
      during: (_context, _request, run) => run(),
    });
    const run = forCallers("client", odataEndpoint(routeOf(address), ports, base), toODataErrorReply);
    const sent = body === undefined ? {} : { body: { bytes: bytesOf(body) } };
    const request = new HttpRequest({ method, url: `${base}${address}`, headers: { ...headers }, ...sent });
    return toAnswer((await run(request, new InvocationContext())) as HttpResponseInit);
  };
}

function bytesOf(body: string | Uint8Array | object): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function routeOf(address: string) {
  const segments = address.split(/[/?]/).filter((segment) => segment !== "");
  const route = odataRoutes.find(({ rootSegments }) => segments[rootSegments - 1]?.toLowerCase() === "data");
  if (!route) throw new Error(`No route takes ${address}.`);
  return route;
}

function toAnswer({ status = 200, headers, body }: HttpResponseInit): Answer {
  const text = typeof body === "string" ? body : "";
  const json: unknown = text.startsWith("{") ? JSON.parse(text) : undefined;
  return { status, headers: new Headers(headers as Headers), text, json };
}
