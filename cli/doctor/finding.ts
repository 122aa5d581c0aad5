import type { ExitCode } from "../exitCodes.ts";

/** What one look found. */
export interface Finding {
  readonly check: "configuration" | "service" | "clock" | "token" | "role" | "storage" | "job" | "timers" | "time zone";
  readonly is: "well" | "noted" | "wrong";
  readonly what: string;
  /** What to do about it. */
  readonly mend?: string;
  /** Of what is wrong. */
  readonly exitCode?: ExitCode;
}
