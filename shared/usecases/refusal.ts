import { DomainError } from "../domain/errors.ts";
import { FormatError } from "../formats/recordFormat.ts";

/** An error that says what is wrong with the input: trying again would say the same. */
export function isRefusal(error: unknown): error is DomainError | FormatError {
  return error instanceof DomainError || error instanceof FormatError;
}
