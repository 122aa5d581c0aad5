import { createHash } from "node:crypto";
import { DomainError } from "../../domain/errors.ts";

export interface BodyLimits {
  readonly sizeBytesMax: number;
  /** What the client declared; anything else is a lie or a cut connection. */
  readonly declaredBytes: number | undefined;
  /** Judges the first bytes (up to four) before anything is stored; throws to refuse. */
  readonly checkStart: (start: Uint8Array) => void | Promise<void>;
}

export interface MeasuredBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Valid once the bytes were read to their end. */
  facts(): { readonly sizeBytes: number; readonly sha256: string };
}

const startBytes = 4;

/** Passes a body on while counting and hashing it; throws as soon as a limit is passed. */
export function measureBody(source: AsyncIterable<Uint8Array>, limits: BodyLimits): MeasuredBody {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  async function* read(): AsyncGenerator<Uint8Array> {
    let start: Uint8Array | undefined = new Uint8Array(0);
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limits.sizeBytesMax) throw tooLarge(limits.sizeBytesMax);
      hash.update(chunk);
      if (!start) {
        yield chunk;
        continue;
      }
      start = start.byteLength === 0 ? chunk : Buffer.concat([start, chunk]);
      if (start.byteLength < startBytes) continue;
      await limits.checkStart(start);
      yield start;
      start = undefined;
    }
    checkEnd(sizeBytes, limits.declaredBytes);
    if (start) {
      await limits.checkStart(start);
      yield start;
    }
  }
  return { bytes: read(), facts: () => ({ sizeBytes, sha256: hash.copy().digest("hex") }) };
}

export function tooLarge(sizeBytesMax: number): DomainError {
  const megabytes = Math.floor(sizeBytesMax / 1024 / 1024);
  return new DomainError(
    "tooLarge",
    `The body is larger than ${megabytes} MB. Split the file, or raise MaxBodyMegabytes.`,
  );
}

function checkEnd(sizeBytes: number, declaredBytes: number | undefined): void {
  if (sizeBytes === 0) {
    throw new DomainError(
      "invalid",
      "The body is empty. Send the bytes of the file; a repeated request sends them again.",
    );
  }
  if (declaredBytes !== undefined && declaredBytes !== sizeBytes) {
    throw new DomainError("invalid", `The body has ${sizeBytes} bytes, but Content-Length says ${declaredBytes}.`);
  }
}
