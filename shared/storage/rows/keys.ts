/** Row keys and blob names. What a client sent never becomes a key as it is: names are encoded, free text is hashed. */
import { createHash } from "node:crypto";
import { isGuid } from "../../domain/guid.ts";

const nameKeyCharactersMax = 480;
const keptCharacters = 416;
const digitsMax = 16;

/** Throws RangeError unless the text is a lower-case GUID: a caller that lets another form in has skipped its checks. */
export function requireId(text: string): string {
  if (!isGuid(text)) throw new RangeError(`An id is a lower-case GUID, not ${JSON.stringify(text.slice(0, 50))}.`);
  return text;
}

/** The same for names that differ in case or outer blanks alone; keys sort as the names do. */
export function nameKey(name: string): string {
  // Not in the form in which names are compared: rows are kept under these keys since the first release.
  const bytes = Buffer.from(name.trim().toLowerCase(), "utf8");
  // A key is never empty; one digit alone is no other name's key.
  const hex = bytes.toString("hex") || "0";
  return hex.length <= nameKeyCharactersMax ? hex : hex.slice(0, keptCharacters) + sha256Key(bytes);
}

/** The short name that `nameKey` made the key of, in lower case. */
export function nameOf(key: string): string {
  return Buffer.from(key, "hex").toString("utf8");
}

export function sha256Key(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Sorts as the time does; times before 1970 do not occur. */
export function timeKey(timeMs: number): string {
  return requireTime(timeMs).toString().padStart(digitsMax, "0");
}

/** Sorts against the time, so that the newest comes first in a table that knows ascending order alone. */
export function newestFirstTimeKey(timeMs: number): string {
  return (Number.MAX_SAFE_INTEGER - requireTime(timeMs)).toString().padStart(digitsMax, "0");
}

/** Sorts UUIDv7 ids, whose first digits are their time, newest first. */
export function newestFirstIdKey(id: string): string {
  return requireId(id).replaceAll(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

/** The lower bound of everything behind `key`, itself left out: no key has a character below the exclamation mark. */
export function behind(key: string): string {
  return `${key}!`;
}

/** The upper bound of all keys that begin with `prefix`. */
export function beyond(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

function requireTime(timeMs: number): number {
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) {
    throw new RangeError(`A time is a whole number of milliseconds since 1970, not ${timeMs}.`);
  }
  return timeMs;
}
