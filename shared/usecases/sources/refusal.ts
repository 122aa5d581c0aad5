import { DomainError } from "../../domain/errors.ts";
import type { RunFailure } from "../../domain/execution.ts";
import { FormatError } from "../../formats/recordFormat.ts";

/**
 * An error that says what is wrong with the input: trying again would say the same. A lost race is none, since the next
 * try may win.
 */
export function isRefusal(error: unknown): error is DomainError | FormatError {
  return error instanceof FormatError || (error instanceof DomainError && error.code !== "conflict");
}

/** What a refusal says, one by one: each field at fault, or the line from which a file could not be read. */
export function failuresIn(error: DomainError | FormatError): readonly RunFailure[] {
  if (error instanceof FormatError) {
    const { code, line, message } = error;
    return [{ code, message, ...(line !== null && { line }) }];
  }
  if (error.members.length === 0) return [{ message: error.message }];
  return error.members.map(({ path, message }) => ({ field: path, message }));
}
