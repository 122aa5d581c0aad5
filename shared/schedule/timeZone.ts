import { DomainError } from "../domain/errors.ts";

/**
 * Refuses a zone that was known when it was saved, and is not known to this machine: another one may have newer data.
 * `whose` says in which definition it stands, as the beginning of a sentence.
 */
export function requireTimeZone(name: string, whose: string): void {
  if (isTimeZone(name)) return;
  const message = `${whose} has the time zone "${name}", which is not known here. Change it to one that is, such as Europe/Copenhagen.`;
  throw new DomainError("invalid", message);
}

/** Whether this machine's time zone data knows the IANA name; the empty name and fixed offsets are refused. */
export function isTimeZone(name: string): boolean {
  // Intl takes offsets such as "+02:00" for zones; they know no daylight saving, so a job set in winter would drift.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
