import { Refused, Unreachable } from "../client/api.ts";
import { TokenRefused } from "../client/clientCredentials.ts";
import { RefusedError } from "../definitions/managementApi.ts";
import { Unavailable } from "../shared/ports/unavailable.ts";
import { type ExitCode, exitCodes, TimedOut, UsageError } from "./exitCodes.ts";

interface Failure {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** The HTTP status of a refusal. */
  readonly status?: number;
  /** What exactly a definition was refused for. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** What an error means for whoever gave the command. */
export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return { exitCode: exitCodes.interrupted, message: "Interrupted." };
  if (error instanceof Refused) return toRefusal(error);
  if (error instanceof RefusedError) {
    return { exitCode: exitCodeOf(error.status), status: error.status, message: error.message };
  }
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, message: error.message };
  const message = messageOf(error);
  if (error instanceof TokenRefused) return { exitCode: exitCodes.unauthorized, message };
  if (error instanceof TimedOut) return { exitCode: exitCodes.timedOut, message };
  if (error instanceof Unreachable || error instanceof Unavailable) return { exitCode: exitCodes.unreachable, message };
  return { exitCode: exitCodes.failed, message };
}

function toRefusal({ status, message, problem: { errors } }: Refused): Failure {
  const exitCode = exitCodeOf(status);
  const details = errors?.map((each) => `\n  ${each.path}: ${each.message}`).join("") ?? "";
  return { exitCode, status, message: message + details, ...(errors && { errors }) };
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.unauthorized;
  return status >= 500 || status === 429 ? exitCodes.unreachable : exitCodes.refused;
}

/** With what a failed `fetch` keeps to itself: the address that did not answer, the certificate that is not trusted. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    if (cause.message !== "" && cause.message !== "fetch failed") causes.push(cause.message);
  }
  return [error.message, ...causes].join(" ");
}
