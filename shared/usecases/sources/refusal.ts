import { DomainError } from "../../domain/errors.ts";
import { FormatError } from "../../formats/recordFormat.ts";

/**
 * An error that says what is wrong with the input: trying again would say the same. A lost race is none, since the next
 * try may win.
 */
export function isRefusal(error: unknown): error is DomainError | FormatError {
  return error instanceof FormatError || (error instanceof DomainError && error.code !== "conflict");
}
