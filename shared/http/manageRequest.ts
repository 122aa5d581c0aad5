import { isSameName } from "../domain/dataEntity.ts";
import { DomainError } from "../domain/errors.ts";
import type { Span } from "../ports/lists.ts";
import type { PageRequest } from "../ports/stored.ts";
import type { IfMatch } from "../usecases/definitions/saveDefinition.ts";
import { type HeaderReader, readQuery } from "./request.ts";
import { escapeControls } from "./wireText.ts";

const limitDefault = 50;
const pageLimitMax = 200;
const continuationCharactersMax = 2000;
const fileNameCharactersMax = 200;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const tagPattern = /^(W\/)?"([A-Za-z0-9_-]*)"$/;

interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
}

/** A name in the address. A slash in it stays escaped on its way through the host. */
export function readName(request: RouteRequest, parameter = "name"): string {
  return (request.params[parameter] ?? "").replace(/%2f/gi, "/").trim();
}

/** Throws `invalid` unless the body speaks of the definition that the address names. */
export function requireSameName(inAddress: string, inBody: string): void {
  if (isSameName(inAddress, inBody)) return;
  const message = `The address names "${inAddress}". A definition keeps its name; make a new one instead.`;
  throw new DomainError("invalid", `name: ${message}`, [{ path: "name", message }]);
}

export function readPage(request: { readonly url: string }, limitMax = pageLimitMax): PageRequest {
  const query = readQuery(request.url);
  const limit = Number(query.get("limit") ?? limitDefault);
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
    throw invalidQuery("limit", `A whole number from 1 to ${limitMax}.`);
  }
  const continuation = query.get("continuation");
  if (continuation === undefined) return { limit };
  if (continuation === "" || continuation.length > continuationCharactersMax) {
    throw invalidQuery("continuation", "This is not a continuation that this list gave.");
  }
  return { limit, continuation };
}

export function invalidQuery(path: string, message: string): DomainError {
  return new DomainError("invalid", `${path}: ${message}`, [{ path, message }]);
}

/** A moment in the query; undefined where it is not there. */
export function readMoment({ url }: { readonly url: string }, name: string): number | undefined {
  const text = readQuery(url).get(name);
  if (text === undefined) return undefined;
  // The plus of an offset that nobody escaped is a blank.
  const time = Date.parse(text.replace(" ", "+"));
  if (timePattern.test(text.replace(" ", "+")) && time >= 0) return time;
  throw invalidQuery(name, "A time with its zone, as 2026-01-31T12:00:00Z.");
}

/** A time between two moments of the query; open at an end that it does not say. */
export function readSpan(request: { readonly url: string }): Span {
  const [from, to] = [readMoment(request, "from"), readMoment(request, "to")];
  if (from !== undefined && to !== undefined && from >= to) throw invalidQuery("to", "A time after from.");
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The ETags of `If-Match`. A weak one never matches, as RFC 9110 has it. */
export function readIfMatch(headers: HeaderReader): IfMatch {
  const header = headers.get("if-match")?.trim();
  if (header === undefined) return undefined;
  if (header === "*") return "any";
  return header.split(",").flatMap((text) => {
    const tag = tagPattern.exec(text.trim());
    if (!tag) throw new DomainError("invalid", "If-Match holds the quoted ETag of an answer, or *.");
    return tag[1] === undefined ? [Buffer.from(tag[2] ?? "", "base64url").toString("utf8")] : [];
  });
}

/** A strong ETag: storage's own may be weak in form, and holds characters that some clients mistreat. */
export function toEtag(stored: string): string {
  return `"${Buffer.from(stored, "utf8").toString("base64url")}"`;
}

/** A file's own name, safe to store and to show. */
export function readFileName(text: string | undefined): string | undefined {
  const name = escapeControls(text?.trim() ?? "", fileNameCharactersMax);
  return name === "" ? undefined : name;
}
