import { hash } from "node:crypto";
import type { HttpResponseInit } from "@azure/functions";
import type { HeaderReader } from "./request.ts";

const digestCharacters = 22;

/** An answer in JSON, under a weak ETag of what it says: who has it already gets 304. One with an ETag of its own stays. */
export function toConditionalReply(request: { readonly headers: HeaderReader }, reply: HttpResponseInit) {
  const { jsonBody, status = 200, ...rest } = reply;
  const headers = new Headers(rest.headers);
  if (jsonBody === undefined || status !== 200 || headers.has("etag")) return reply;
  const body = JSON.stringify(jsonBody);
  const etag = `W/"${hash("sha256", body, "base64url").slice(0, digestCharacters)}"`;
  headers.set("etag", etag);
  if (isKnown(request.headers.get("if-none-match"), etag)) return { status: 304, headers };
  headers.set("content-type", "application/json");
  return { ...rest, status, headers, body };
}

/** Compared as weak ones, since that is what the condition is for. */
function isKnown(header: string | null, etag: string): boolean {
  if (header?.trim() === "*") return true;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return header?.split(",").some((tag) => bare(tag) === bare(etag)) ?? false;
}
