import { DiagLogLevel, diag } from "@opentelemetry/api";
import type { Log } from "../ports/events.ts";

const quietMs = 10 * 60_000;
const reasonCharactersMax = 300;

/** Says, and not too often, that telemetry does not arrive and why: otherwise nobody knows until they need it. */
export function reportTrouble(log: Log, now: () => number): void {
  let reportedAt = -quietMs;
  const report = (message: string, ...causes: readonly unknown[]): void => {
    if (now() - reportedAt < quietMs) return;
    reportedAt = now();
    const reason = [message, ...causes.map(describe)].join(" ");
    log.warn("telemetry.failed", { reason: reason.slice(0, reasonCharactersMax) });
  };
  const ignore = (): void => {};
  diag.setLogger(
    { error: report, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
}

function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === "string" ? cause : "";
}
