import { DomainError } from "../domain/errors.ts";

/**
 * The bytes of a request's body; none when there is none. A body that breaks off before its end is the client's doing,
 * or its network's, and no failure of the service: `invalid`.
 */
export async function* readRequestBody(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch {
    throw new DomainError("invalid", "The connection ended before the whole body had come. Send the request again.");
  }
}
