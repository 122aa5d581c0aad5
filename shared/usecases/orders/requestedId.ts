import { createHash } from "node:crypto";
import { DomainError } from "../../domain/errors.ts";
import { foldName } from "../../domain/foldName.ts";

const charactersMax = 200;
const printable = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** As callers write it: some put quotes or braces around an id, and every case of its letters is the same. */
function plainId(requestedId: string): string {
  return requestedId
    .trim()
    .replace(/^"(.*)"$/u, "$1")
    .replace(/^\{(.*)\}$/u, "$1")
    .trim();
}

/** What a caller calls a run, as it is kept. Throws `invalid` for what nobody could name it by. */
export function requireRequestedId(text: string): string {
  const plain = plainId(text);
  if (plain.length <= charactersMax && printable.test(plain)) return plain;
  const message = `An execution id is 1 to ${charactersMax} printable characters.`;
  throw new DomainError("invalid", message, [{ path: "executionId", message }]);
}

/**
 * The id of the execution that a caller calls so, a GUID whose version says that it was derived (UUIDv8, RFC 9562). A
 * later run of its message has another one, which the message names.
 */
export function executionIdOf(requestedId: string): string {
  const hex = createHash("sha256")
    .update(`execution ${foldName(plainId(requestedId))}`)
    .digest("hex");
  const variant = ((Number.parseInt(hex.slice(15, 16), 16) & 0x3) | 0x8).toString(16);
  const [one, two, three] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15)];
  return `${one}-${two}-8${three}-${variant}${hex.slice(16, 19)}-${hex.slice(19, 31)}`;
}

/**
 * That of a later run of the same message: the same for whoever asks for it at one moment, so that what one of them has
 * reserved is the other's, and none that a caller could give, since its end is no printable text.
 */
export function laterExecutionId(requestedId: string, run: number): string {
  return executionIdOf(`${plainId(requestedId)}\n${run}`);
}

/** Under which it stands for its message among the keys of its project. */
export function keyOfRequest(requestedId: string): string {
  return `execution ${foldName(plainId(requestedId))}`;
}
