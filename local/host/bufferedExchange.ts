import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cookie, HttpData, TypedData } from "./coreTypes.ts";

type Mapping = Readonly<Record<string, { readonly value: string }>>;

/**
 * The whole request as one message, for apps without HTTP streaming. As in Azure a chunked body arrives empty there,
 * because the host asks the Content-Length whether there is one.
 */
export async function readBufferedRequest(
  request: IncomingMessage,
  url: URL,
  parameters: Readonly<Record<string, string>>,
): Promise<HttpData> {
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (hasBody) chunks.push(chunk);
  return {
    method: request.method ?? "GET",
    url: url.href,
    nullableHeaders: toMapping(flattenHeaders(request)),
    nullableQuery: toMapping(Object.fromEntries(url.searchParams)),
    nullableParams: toMapping(parameters),
    body: hasBody ? { bytes: Buffer.concat(chunks) } : null,
  };
}

/** Header names in lower case; a repeated header's values in one text. */
export function flattenHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
}

function toMapping(values: Readonly<Record<string, string>>): Mapping {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** Writes what the handler returned; nothing at all is 204, as the host answers it. */
export function writeBufferedResponse(response: ServerResponse, data: HttpData | undefined): void {
  if (data === undefined) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(data.headers ?? {})) response.setHeader(name, value);
  if (data.cookies !== undefined && data.cookies.length > 0)
    response.setHeader("set-cookie", data.cookies.map(toCookie));
  response.writeHead(Number(data.statusCode ?? 200));
  response.end(toBytes(data.body));
}

function toBytes(body: TypedData | null | undefined): Uint8Array | string | undefined {
  return body?.bytes ?? body?.string ?? body?.json;
}

function toCookie(cookie: Cookie): string {
  const seconds = cookie.expires?.value?.seconds;
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value ?? "")}`,
    cookie.domain?.value !== undefined && `Domain=${cookie.domain.value}`,
    cookie.path?.value !== undefined && `Path=${cookie.path.value}`,
    seconds !== undefined && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge?.value !== undefined && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value === true && "Secure",
    cookie.httpOnly?.value === true && "HttpOnly",
    cookie.sameSite !== undefined && cookie.sameSite !== "none" && `SameSite=${cookie.sameSite}`,
  ]
    .filter((part) => part !== false)
    .join("; ");
}
