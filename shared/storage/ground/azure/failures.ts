import { RestError } from "@azure/storage-blob";

/** The service's own name for what went wrong. Texts change between versions; codes and statuses do not. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { errorCode?: string; odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? details?.errorCode ?? error.code;
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

/** What `run` answers, or undefined when it fails with one of the codes. */
export async function unless<Answer>(
  codes: readonly string[],
  run: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await run();
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
