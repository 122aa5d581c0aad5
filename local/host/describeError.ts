/** The stack where there is one: the log of a local host is read by who wrote the code. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
