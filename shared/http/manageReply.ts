import { Readable } from "node:stream";
import type { HttpResponseInit } from "@azure/functions";
import type { Page } from "../ports.ts";
import type { Saved } from "../usecases/definitions/saveDefinition.ts";
import { toEtag } from "./manageRequest.ts";

const fileNameCharactersMax = 150;

export function toListReply<T>(page: Page<T>, view: (item: T) => unknown): HttpResponseInit {
  const { items, continuation } = page;
  return { jsonBody: { items: items.map(view), ...(continuation === undefined ? {} : { continuation }) } };
}

export function toDefinitionReply(body: unknown, etag: string | undefined): HttpResponseInit {
  return { jsonBody: body, ...(etag === undefined ? {} : { headers: { etag: toEtag(etag) } }) };
}

export function toSavedReply<T>(saved: Saved<T>, body: unknown, location: string): HttpResponseInit {
  const etag = toEtag(saved.definition.etag);
  return saved.isNew
    ? { status: 201, headers: { etag, location }, jsonBody: body }
    : { status: 200, headers: { etag }, jsonBody: body };
}

/** A file to keep, under a name that no system can take for anything else. */
export function toFileReply(file: {
  readonly fileName: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly sizeBytes?: number;
}): HttpResponseInit {
  const name = safeFileName(file.fileName);
  const ascii = name.replace(/[^ -~]|["\\%]/gu, "_");
  const length = file.sizeBytes === undefined ? {} : { "content-length": String(file.sizeBytes) };
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${percentEncode(name)}`,
      ...length,
    },
    body: Readable.from(file.bytes, { objectMode: false }),
  };
}

function safeFileName(text: string): string {
  const name = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, "_")
    .replace(/^[\s.]+|[\s.]+$/gu, "")
    .slice(-fileNameCharactersMax)
    .toWellFormed();
  if (name === "") return "file";
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name) ? `_${name}` : name;
}

/** RFC 8187: what encodeURIComponent leaves alone beyond the allowed characters is escaped as well. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
