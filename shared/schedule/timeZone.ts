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
