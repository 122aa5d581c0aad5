/** An id that nobody else has: whoever makes something names it first, so that a repeated save makes no second one. */
export function randomId(): string {
  return crypto.randomUUID();
}
