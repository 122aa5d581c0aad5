import { DomainError } from "../domain/errors.ts";
import type { Upload } from "../usecases/enqueue/enqueueMessage.ts";
import { readEncoding } from "./contentEncoding.ts";
import {
  type HeaderReader,
  readExternalIdentifier,
  readIdempotencyKey,
  readQuery,
  type ServiceRequest,
} from "./request.ts";

/** Reads all of an enqueue request but its body, which is passed on as a stream. */
export function readUpload(request: Pick<ServiceRequest, "url" | "headers" | "body">, applicationId: string): Upload {
  const { headers } = request;
  const body = readFileBody(request);
  const query = readQuery(request.url);
  return {
    applicationId,
    entity: query.get("entity"),
    company: query.get("company"),
    externalIdentifier: readExternalIdentifier(headers),
    idempotencyKey: readIdempotencyKey(headers),
    // Content-Length counts what is encoded.
    declaredBytes: readEncoding(headers) ? undefined : readDeclaredBytes(headers.get("content-length")),
    body,
  };
}

/**
 * A body that is a file and nothing else. Throws `invalid` for an encoding that is not decoded here, and for a form with a
 * file in it, which is what many libraries send by default, and which would be stored with its boundaries as if they were
 * the file's.
 */
export function readFileBody({ headers, body }: Pick<ServiceRequest, "headers" | "body">): AsyncIterable<Uint8Array> {
  readEncoding(headers);
  refusePieces(headers);
  if (!isForm(headers)) return body;
  const message =
    "The body is a multipart/form-data form. Send the bytes of the file alone as the body: curl --data-binary @file, not -F.";
  throw new DomainError("invalid", message, [{ path: "Content-Type", message }]);
}

/** Logic Apps ask with an empty body first whether they may send a file in pieces, which no other client understands. */
function refusePieces(headers: HeaderReader): void {
  if (headers.get("x-ms-transfer-mode")?.trim().toLowerCase() !== "chunked") return;
  const message =
    'A file is taken whole, not in the pieces of x-ms-transfer-mode. Turn off "Allow chunking" in the settings of the ' +
    "HTTP action (contentTransfer of its runtimeConfiguration); for what it cannot send then there are uploads in blocks.";
  throw new DomainError("invalid", message, [{ path: "x-ms-transfer-mode", message }]);
}

function isForm(headers: HeaderReader): boolean {
  return /^\s*multipart\//i.test(headers.get("content-type") ?? "");
}

function readDeclaredBytes(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new DomainError("invalid", "Content-Length is no number of bytes.");
}
