import { request } from "node:http";
import { buffer } from "node:stream/consumers";

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request line and headers exactly as given: no client library rewrites the address or adds a header. */
export function sendRaw(
  baseUrl: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): Promise<RawReply> {
  const { hostname, port } = new URL(baseUrl);
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path: target, headers: { ...headers, ...length } }, (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString() }),
        reject,
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}
