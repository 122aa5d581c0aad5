import { DomainError } from "../../domain/errors.ts";
import { keyHoldMs } from "../../domain/uploadKey.ts";

/** The refusal of a key that another request is on its way with, for as long as that one is believed to be at work. */
export function underWay(remainingMs = keyHoldMs): DomainError {
  const message = "Another request with the same key is under way. Repeat this one in some seconds.";
  return new DomainError("conflict", message, [], Math.max(1, Math.ceil(remainingMs / 1000)));
}
