/** What a command ends with; scripts rely on the numbers. */
export const exitCodes = {
  done: 0,
  /** The command did its part, and what it was about failed: a file was rejected, a check found something. */
  failed: 1,
  /** The command line or the configuration says something that cannot be meant. */
  usage: 2,
  /** No token, a refused one, or one without the role. */
  unauthorized: 3,
  /** Nothing answers at the address, or what answers is out of order. */
  unreachable: 4,
  /** The service answered that it will not: not found, in conflict, not valid. */
  refused: 5,
  /** What was waited for did not end in time. */
  timedOut: 6,
  /** Something was wrong, and all of it was mended. */
  mended: 7,
  /** By Ctrl-C, as shells count signals. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line, or what it refers to, cannot be meant as it is; the message says what to write. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was waited for did not end in time. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** Where all that failed did so for one reason, that is the end; otherwise some work failed. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const failed = new Set(codes.filter((code) => code !== exitCodes.done));
  if (failed.has(exitCodes.interrupted)) return exitCodes.interrupted;
  const [only] = failed;
  return failed.size > 1 ? exitCodes.failed : (only ?? exitCodes.done);
}
