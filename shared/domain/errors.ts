/**
 * Every way in which the service says no. `shared/http/reply.ts` turns a code into a status, in one table.
 * - `invalid`: the caller's input is wrong; `members` says where, by path.
 * - `notAuthenticated`: no valid token. `forbidden`: a valid one that may not do this.
 * - `notFound`, `gone`, `conflict`: absent, lost although it should be there, or in a state that does not allow it.
 * - `preconditionRequired`, `preconditionFailed`: If-Match is missing, or somebody else wrote first.
 * - `tooLarge`, `unprocessable`: over a limit; understood, but against an earlier promise (a reused idempotency key).
 * - `tooSlow`: the caller's body came slower than anybody waits for.
 * - `tooManyRequests`: the instance is full; ask again later.
 */
export type ErrorCode =
  | "invalid"
  | "notAuthenticated"
  | "forbidden"
  | "notFound"
  | "gone"
  | "conflict"
  | "preconditionRequired"
  | "preconditionFailed"
  | "tooLarge"
  | "tooSlow"
  | "unprocessable"
  | "tooManyRequests";

export interface MemberError {
  /** Where in the input: `lines[0].entity`, a query name, a header. Empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A refusal that the caller may read. Anything else that is thrown is logged whole and answered "Internal error." */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: ErrorCode;
  readonly members: readonly MemberError[];
  /** When the same request may go through; undefined when waiting alone does not help. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, members: readonly MemberError[] = [], retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.members = members;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
