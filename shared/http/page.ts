import type { HttpResponseInit } from "@azure/functions";
import { DomainError } from "../domain/errors.ts";
import type { PageEncoding, PageFile, PageFiles } from "./pageFiles.ts";
import type { ServiceRequest } from "./request.ts";
import { decodeSegment, pathSegmentsOf } from "./stray.ts";

const start = "index.html";
const filesFolder = "assets";
const yearSeconds = 365 * 24 * 60 * 60;

/** True for an address below that of the page which is the management API's, however it is spelled. */
export function isApiAddress(url: string): boolean {
  return decodeSegment(pathSegmentsOf(url)[1] ?? "").toLowerCase() === "api";
}

/**
 * Answers with a file of the page, and with its start for every address that is none, because each view of the page has
 * one. `signInOrigin` is where people sign in: beside the service itself the only origin that the page may ask.
 */
export async function toPageReply(
  request: Pick<ServiceRequest, "method" | "url" | "headers">,
  files: PageFiles,
  signInOrigin: string,
): Promise<HttpResponseInit> {
  const name = pathSegmentsOf(request.url).slice(1).join("/");
  const isFile = name.startsWith(`${filesFolder}/`);
  const file = await files.find(isFile ? name : start);
  if (!file) throw notThere(isFile);
  // Weak, because packed and plain are not the same bytes.
  const caching = isFile
    ? { "cache-control": `public, max-age=${yearSeconds}, immutable`, etag: `W/${file.etag}` }
    : { "cache-control": "no-store", ...startHeaders(signInOrigin) };
  const headers = { ...caching, ...commonHeaders, "content-type": file.type };
  if (isFile && knows(request, file)) return { status: 304, headers: { ...caching, ...commonHeaders } };
  const encoding = encodingFor(request);
  const body = await files.read(file, encoding);
  const length = {
    "content-length": String(body.byteLength),
    ...(encoding !== "identity" && { "content-encoding": encoding }),
  };
  return { status: 200, headers: { ...headers, ...length }, ...(request.method !== "HEAD" && { body }) };
}

const commonHeaders = {
  vary: "accept-encoding",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/** The digest of no text at all: Fluent UI makes empty style elements and adds their rules by script. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Scripts and styles are the page's own files; what a record or a name holds can neither run nor load anything. */
function startHeaders(signInOrigin: string): Readonly<Record<string, string>> {
  const policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": `'self' ${emptyStyle}`,
    "img-src": "'self' data:",
    "connect-src": `'self' ${signInOrigin}`,
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
  };
  return {
    "content-security-policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
}

function knows({ headers }: Pick<ServiceRequest, "headers">, { etag }: PageFile): boolean {
  const known = headers.get("if-none-match")?.split(",") ?? [];
  return known.some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}

function encodingFor({ headers }: Pick<ServiceRequest, "headers">): PageEncoding {
  const accepted = headers.get("accept-encoding")?.toLowerCase() ?? "";
  const takes = (name: string): boolean =>
    new RegExp(`(?:^|[,\\s])${name}\\s*(?:,|$|;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$)))`).test(accepted);
  if (takes("br")) return "br";
  return takes("gzip") ? "gzip" : "identity";
}

function notThere(isFile: boolean): DomainError {
  return new DomainError(
    "notFound",
    isFile
      ? "The page has no such file any more: it was replaced by a newer one. Load the page again."
      : "This build of the service holds no page. Build it with npm run build.",
  );
}
