/** What people are told of an error: never empty, whatever was thrown. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error) || "an error without a word";
  if (error.message) return error.message;
  const parts = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  const inner = parts.map(errorText).join("; ");
  return inner || ("code" in error && String(error.code)) || error.name || "an error without a word";
}
