import { type ManagementApi, managementApi } from "../../definitions/managementApi.ts";
import { manageApp } from "../manage/manageApp.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";

const bodiless: ReadonlySet<number> = new Set([204, 304]);

/** The management API on memory, as it answers on the wire. */
export async function memoryFetch(ports: TestPorts = memoryPorts()): Promise<(request: Request) => Promise<Response>> {
  const call = await manageApp(ports);
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const bytes = request.body === null ? {} : { bytes: await request.bytes() };
    const address = pathname.replace(/^\/manage\/api\//u, "") + search;
    const answer = await call(request.method, address, { ...bytes, headers: Object.fromEntries(request.headers) });
    const { status, headers, text } = answer;
    return new Response(bodiless.has(status) ? null : text, { status, headers });
  };
}

export async function memoryApi(ports: TestPorts = memoryPorts()): Promise<ManagementApi> {
  return managementApi("http://service", await memoryFetch(ports));
}
