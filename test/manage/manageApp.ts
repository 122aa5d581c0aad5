import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { createEndpoints } from "../../shared/http/endpoint.ts";
import { type ManageHandlers, manageEndpoint } from "../../shared/http/manageCall.ts";
import { routeOf } from "../../shared/http/manageRoutes.ts";
import { toOpenApi } from "../../shared/http/openApi.ts";
import type { Caller } from "../../shared/domain/caller.ts";
import type { Ports } from "../../shared/ports.ts";
import { apiChecker } from "../support/apiChecker.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into the JSON that it expects
  readonly json: any;
  readonly text: string;
}

export interface Call {
  readonly body?: unknown;
  readonly bytes?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly roles?: readonly string[];
  /** What a person's token says beside. */
  readonly signedIn?: Pick<Caller, "person" | "scopes">;
}

export const managerId = "00000000-0000-4000-8000-0000000000d1";
const base = "https://files.example";

/** What app.ts reads when it is loaded; nothing is connected by it. */
Object.assign(process.env, {
  DataStorage: "UseDevelopmentStorage=true",
  TenantId: "00000000-0000-4000-8000-00000000000f",
  ApiClientId: "00000000-0000-4000-8000-00000000000e",
  PublicBaseUrl: base,
  ProcessingSchedule: "0 * * * * *",
  MonitoringSchedule: "0 * * * * *",
  UpkeepSchedule: "0 */5 * * * *",
});

/** Every answer that a test gets is one that the OpenAPI document declares. */
const checker = apiChecker(JSON.parse(JSON.stringify(toOpenApi(base))));

const hasNoBody: ReadonlySet<number> = new Set([204, 304]);

/** Calls the management API as a client does, with the functions' own handlers on the given ports. */
export async function manageApp(ports: Ports) {
  const handlers = await loadHandlers();
  const endpoints = ({ roles = ["Integration.Manage"], signedIn }: Call) =>
    createEndpoints({
      ports,
      verify: () => Promise.resolve({ applicationId: managerId, roles, tokenVersion: "2.0" as const, ...signedIn }),
      places: { inProgressMax: 100, perApplicationMax: 50, reservedForManagement: 10 },
      uploadPace: { bytesPerSecondMin: 1024, forMs: 30_000 },
      stalledMsMax: 60_000,
      responseOf: () => undefined,
      during: (_context, _request, run) => run(),
    });

  return async (method: string, address: string, call: Call = {}): Promise<Answer> => {
    const url = new URL(`/manage/api/${address}`, base);
    const found = findHandler(handlers, method, url.pathname);
    if (!found) throw new Error(`No route takes ${method} ${address}.`);
    const run = endpoints(call).forCallers("manager", manageEndpoint(found.name, found.handler, ports, base));
    const reply = (await run(toRequest(method, url, found.params, call), new InvocationContext())) as HttpResponseInit;
    const answer = await toAnswer(reply);
    const { status, headers, text } = answer;
    await checker.check(method, url.pathname, new Response(hasNoBody.has(status) ? null : text, { status, headers }));
    return answer;
  };
}

async function loadHandlers(): Promise<ManageHandlers> {
  // The library warns about every function that it does not register outside of a host.
  const warn = console.warn;
  console.warn = () => undefined;
  const files = await Promise.all([
    import("../../functions/manageAudit.ts"),
    import("../../functions/manageOverview.ts"),
    import("../../functions/manageEntities.ts"),
    import("../../functions/manageProjects.ts"),
    import("../../functions/manageJobs.ts"),
    import("../../functions/manageMessages.ts"),
    import("../../functions/manageExecutions.ts"),
    import("../../functions/manageStaging.ts"),
    import("../../functions/manageStylesheets.ts"),
    import("../../functions/manageSamples.ts"),
    import("../../functions/manageRuns.ts"),
    import("../../functions/manageNumberSequences.ts"),
    import("../../functions/manageSignIn.ts"),
    import("../../functions/manageWebhooks.ts"),
  ]);
  console.warn = warn;
  return Object.assign({}, ...files.map((file) => file.handlers)) as ManageHandlers;
}

function findHandler(handlers: ManageHandlers, method: string, path: string) {
  for (const [name, handler] of Object.entries(handlers)) {
    const route = routeOf(name);
    const names: string[] = [];
    const pattern = route.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
      names.push(parameter);
      return "([^/]+)";
    });
    const match = route.method === method ? new RegExp(`^/${pattern}$`).exec(path) : null;
    if (!match) continue;
    const params = Object.fromEntries(names.map((parameter, at) => [parameter, decodeAsHost(match[at + 1] ?? "")]));
    return { name, handler, params };
  }
  return undefined;
}

/** The host decodes each segment, and leaves an escaped slash. */
function decodeAsHost(segment: string): string {
  return segment
    .split(/(%2f)/i)
    .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
    .join("");
}

function toRequest(method: string, url: URL, params: Record<string, string>, call: Call): HttpRequest {
  const json = call.body === undefined ? undefined : JSON.stringify(call.body);
  const bytes = call.bytes ?? json;
  return new HttpRequest({
    method,
    url: url.href,
    params,
    headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...call.headers },
    ...(bytes === undefined ? {} : { body: { bytes: Buffer.from(bytes) } }),
  });
}

async function toAnswer(reply: HttpResponseInit): Promise<Answer> {
  const body = reply.jsonBody === undefined ? reply.body : JSON.stringify(reply.jsonBody);
  const text = typeof body === "string" ? body : await textOf((body ?? []) as AsyncIterable<Uint8Array>);
  const isJson = text.startsWith("{");
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  const headers = new Headers(reply.headers as Headers);
  if (reply.jsonBody !== undefined) headers.set("content-type", "application/json");
  return { status: reply.status ?? 200, headers, text, json };
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
