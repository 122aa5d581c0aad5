import { foldName } from "../domain/foldName.ts";
import { isGuid } from "../domain/guid.ts";
import { DomainError } from "../domain/errors.ts";
import { decodeHeaderText, decodePercent, decodeQueryPart, escapeControls } from "./wireText.ts";

const idCharactersMax = 256;
const queryCharactersMax = 8_192;
const queryPairsMax = 64;
const externalIdentifierCharactersMax = 1_024;
const idempotencyKeyPattern = /^[ -~]{1,255}$/;
const shownCharactersMax = 60;
const hostPattern =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*|\[::1\])(?::\d{1,5})?$/;
const plainHostPattern = /^(?:[^\s/?#@\\:[\]]*|\[[0-9a-f:.]+\])(?::\d{0,5})?$/;
const loopbackPattern = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|$)/;
const hostCharactersMax = 253;

/** The part of Headers that is read here. */
export interface HeaderReader {
  get(name: string): string | null;
}

/** What handlers see of a request. */
export interface ServiceRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderReader;
  /** What the route took out of the address. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * As it was before the client encoded it. Fails with `invalid` when the client leaves or the encoding is none, and with
   * `tooSlow` when it takes too long. Can be read once.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Reads an id in any spelling that clients use (quotes, braces, `%7B`, any case) and gives a lower-case GUID, or
 * undefined when it is none.
 */
export function findGuid(text: string | null | undefined): string | undefined {
  if (typeof text !== "string" || text.length > idCharactersMax) return undefined;
  const bare = decodePercent(decodePercent(text))
    .replace(/^[\s"'\\{(]+|[\s"'\\})]+$/g, "")
    .toLowerCase();
  return isGuid(bare) ? bare : undefined;
}

/** As `findGuid`, but anything else is refused; `what` names the id in the refusal: "activity id". */
export function requireGuid(text: string | null | undefined, what: string): string {
  const guid = findGuid(text);
  if (guid !== undefined) return guid;
  if (!text)
    throw new DomainError("invalid", `The ${what} is missing. Send a GUID.`, [{ path: what, message: "missing" }]);
  const shown = escapeControls(text.slice(0, shownCharactersMax), shownCharactersMax);
  throw new DomainError("invalid", `The ${what} "${shown}" is no GUID.`, [{ path: what, message: "is no GUID" }]);
}

/**
 * Decodes a URL's query as the known clients encode it: `+` and `%20` for blanks, UTF-8 `%C3%A9`, and the `%u00e9` of
 * the .NET Framework, also escaped once more. Names are in lower case and the first of equal names counts.
 */
export function readQuery(url: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of queryPairs(url)) if (!values.has(name)) values.set(name, value);
  return values;
}

/** The names that a query says, in lower case and as often as it says them. */
export function readQueryNames(url: string): readonly string[] {
  return queryPairs(url).map(([name]) => name);
}

function queryPairs(url: string): readonly (readonly [name: string, value: string])[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  if (query.length > queryCharactersMax) {
    throw new DomainError("invalid", `The query is longer than ${queryCharactersMax} characters.`);
  }
  const pairs = query.split("&").filter((pair) => pair !== "");
  if (pairs.length > queryPairsMax) {
    throw new DomainError("invalid", `The query has more than ${queryPairsMax} parameters.`);
  }
  return pairs.map((pair) => {
    const cut = pair.includes("=") ? pair.indexOf("=") : pair.length;
    return [foldName(decodeQueryPart(pair.slice(0, cut))), decodeQueryPart(pair.slice(cut + 1))] as const;
  });
}

/**
 * The free text by which the client knows its file, safe to store and to show: control characters are escaped and what
 * passes 1,024 characters is cut. Undefined when there is none.
 */
export function readExternalIdentifier(headers: HeaderReader): string | undefined {
  const raw = headers.get("x-ms-dyn-externalidentifier")?.trim();
  if (!raw) return undefined;
  return escapeControls(decodeHeaderText(raw), externalIdentifierCharactersMax);
}

/** The key under which a repeated enqueue is the same enqueue; undefined when the client sends none. */
export function readIdempotencyKey(headers: HeaderReader): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (idempotencyKeyPattern.test(key)) return key;
  throw new DomainError("invalid", "The Idempotency-Key header must have 1 to 255 printable ASCII characters.", [
    { path: "Idempotency-Key", message: "must have 1 to 255 printable ASCII characters" },
  ]);
}

/**
 * The address under which callers reach this service, without a slash at the end: the configured one, else what the
 * front end forwarded, else the request's own. A host that is no host name is passed over, and `http` stands for a
 * loopback host only.
 */
export function publicBaseUrl(
  request: { readonly url: string; readonly headers: HeaderReader },
  configured: string | undefined,
): string {
  if (configured) return configured.replace(/\/+$/, "");
  const own = new URL(request.url);
  const host = readHost(request.headers.get("x-forwarded-host")) ?? own.host;
  const forwarded = firstOf(request.headers.get("x-forwarded-proto")) ?? own.protocol.slice(0, -1);
  const scheme = forwarded === "http" && loopbackPattern.test(host) ? "http" : "https";
  return `${scheme}://${host}`;
}

/**
 * Reads a small body whole. One that passes the limit is refused before it is read when its length is declared, else
 * at the chunk that passes it.
 */
export async function readBody(
  request: { readonly headers: HeaderReader; readonly body: AsyncIterable<Uint8Array> | null },
  sizeBytesMax: number,
): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > sizeBytesMax) throw bodyTooLarge(sizeBytesMax);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > sizeBytesMax) throw bodyTooLarge(sizeBytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

function bodyTooLarge(sizeBytesMax: number): DomainError {
  return new DomainError("tooLarge", `The body is larger than ${sizeBytesMax} bytes, the limit of this address.`);
}

/** Throws `invalid` for a Host that is more than a name and a port: an address is made of it, and must stay as it came. */
export function requirePlainHost(headers: HeaderReader): void {
  for (const name of ["host", "x-forwarded-host"]) {
    if (plainHostPattern.test(firstOf(headers.get(name)) ?? "")) continue;
    throw new DomainError("invalid", "The Host header names no host, which is a name or an address, and maybe a port.");
  }
}

function readHost(header: string | null): string | undefined {
  const host = firstOf(header);
  return host && host.length <= hostCharactersMax && hostPattern.test(host) ? host : undefined;
}

/** Each proxy adds its value at the end, so the first one is what the caller asked for. */
function firstOf(header: string | null): string | undefined {
  return header?.split(",", 1)[0]?.trim().toLowerCase();
}
