import { DomainError } from "../../domain/errors.ts";

/** Where a list that counts what it gave goes on; `invalid` for what none gave. */
export function placeIn(continuation: string | undefined): number {
  if (continuation === undefined) return 0;
  if (/^\d{1,15}$/.test(continuation)) return Number(continuation);
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", message, [{ path: "continuation", message }]);
}
