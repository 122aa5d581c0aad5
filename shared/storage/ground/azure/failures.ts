import { RestError } from "@azure/storage-blob";
import { Unavailable } from "../../../ports/unavailable.ts";

/** The service's own name for what went wrong. Texts change between versions; codes and statuses do not. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { errorCode?: string; odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? details?.errorCode ?? error.code;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

const passingStatuses = [408, 429, 500, 502, 503, 504];

/** A request that got no whole answer, or one that says "later". What was done all the same shows at the next try. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  if (codeOf(error) === RestError.PARSE_ERROR) return true;
  const status = statusOf(error);
  return status === undefined || passingStatuses.includes(status);
}

/** What @azure/identity throws when it gets no token; its own tries have ended then. */
const signInErrors = [
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
];

/** No token, or a role that is missing or not yet known to the service: whatever was asked, it would be the same. */
export function isRefused(error: unknown): boolean {
  if (error instanceof Error && signInErrors.includes(error.name)) return true;
  const status = statusOf(error);
  return status === 401 || status === 403;
}

/** Without the text of the SDK's own errors, which may have the address of the request in it. */
export function toUnavailable(error: unknown): Unavailable {
  const status = [statusOf(error), codeOf(error)].filter((part) => part !== undefined);
  const what = error instanceof RestError ? status.join(" ") || error.name : String(error);
  return new Unavailable(`The storage service failed: ${what}.`, { cause: error });
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
