import type { IncomingMessage } from "node:http";
import { TokenRefusal } from "./tokenRequest.ts";

/** What the issuer answers a request with. */
export interface IssuerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const formBytesMax = 64 * 1024;
// With no referrer at all a browser would not say either which origin a form came from.
const common = { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "same-origin" };

export function toJson(status: number, body: object, headers: IssuerAnswer["headers"] = {}): IssuerAnswer {
  const type = { "content-type": "application/json; charset=utf-8" };
  return { status, headers: { ...common, ...type, ...headers }, body: JSON.stringify(body) };
}

/** 303, so that the browser asks for the next address by GET, whatever it sent here. */
export function toRedirect(location: string, headers: IssuerAnswer["headers"] = {}): IssuerAnswer {
  return { status: 303, headers: { ...common, location, ...headers }, body: "" };
}

export function toPage(status: number, body: string, headers: IssuerAnswer["headers"]): IssuerAnswer {
  const type = { "content-type": "text/html; charset=utf-8" };
  return { status, headers: { ...common, ...type, ...headers }, body };
}

/** The fields of a form; throws when it is larger than any real one. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > formBytesMax) throw new TokenRefusal(413, "invalid_request", 90023, "The request is too large.");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
