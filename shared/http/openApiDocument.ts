import { hash } from "node:crypto";
import type { HttpResponseInit } from "@azure/functions";
import { toOpenApi } from "./openApi.ts";
import type { HeaderReader } from "./request.ts";

/** Stands where the document has the address by which the caller came. */
const placeholder = "https://address.invalid";
const tagCharacters = 16;

interface Built {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly digest: string;
}

let built: Built | undefined;

/**
 * Answers anybody with the OpenAPI document. To make it takes a thousand times as long as to send it, so it is made
 * once, and who has it already gets 304.
 */
export function toOpenApiReply(request: { readonly headers: HeaderReader }, baseUrl: string): HttpResponseInit {
  built ??= build();
  const { before, after, digest } = built;
  const address = Buffer.from(JSON.stringify(baseUrl));
  const etag = `"${hash("sha256", digest + baseUrl).slice(0, tagCharacters)}"`;
  const headers = { etag, "cache-control": "no-cache" };
  const known = request.headers.get("if-none-match")?.split(",") ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return { status: 304, headers };
  const length = { "content-length": String(before.byteLength + address.byteLength + after.byteLength) };
  const type = { "content-type": "application/json; charset=utf-8" };
  return { status: 200, headers: { ...headers, ...type, ...length }, body: following(before, address, after) };
}

function build(): Built {
  const text = JSON.stringify(toOpenApi(placeholder));
  const [before = "", after = ""] = text.split(JSON.stringify(placeholder));
  return { before: Buffer.from(before), after: Buffer.from(after), digest: hash("sha256", text) };
}

/** The same bytes for every caller, never copied. */
async function* following(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
