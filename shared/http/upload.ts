import { DomainError } from "../domain/errors.ts";
import type { Upload } from "../usecases/enqueue/enqueueMessage.ts";
import { readExternalIdentifier, readIdempotencyKey, readQuery, type ServiceRequest } from "./request.ts";

/** Reads all of an enqueue request but its body, which is passed on as a stream. */
export function readUpload(request: Pick<ServiceRequest, "url" | "headers" | "body">, applicationId: string): Upload {
  const query = readQuery(request.url);
  return {
    applicationId,
    entity: query.get("entity"),
    company: query.get("company"),
    externalIdentifier: readExternalIdentifier(request.headers),
    idempotencyKey: readIdempotencyKey(request.headers),
    declaredBytes: readDeclaredBytes(request.headers.get("content-length")),
    body: request.body,
  };
}

function readDeclaredBytes(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new DomainError("invalid", "Content-Length is no number of bytes.");
}
