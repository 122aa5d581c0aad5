import { daysInMonth } from "./calendar.ts";
import type { EntityField } from "./dataEntity.ts";
import type { Region } from "./region.ts";
import { converterFor } from "./values.ts";

/**
 * Whether a cell of UTF-8 is its field's canonical text as it stands, so that nothing need be done to it. True only where
 * the field's converter answers with the same text; false says nothing, the converter decides then. Nearly every cell of
 * nearly every file is canonical, and costs no string.
 */
export type CanonicalCheck = (bytes: Buffer, start: number, end: number) => boolean;

/** Undefined where no look at the bytes tells. The check of a field stands for its rule in `values.ts`. */
export function canonicalCheckFor(field: EntityField, region?: Region): CanonicalCheck | undefined {
  const isWholeNumber = field.type === "integer" || field.type === "int64";
  // Plain digits mean the same everywhere; whatever else a region writes in its own way is read by it.
  if (region?.(field.type) && !isWholeNumber) return undefined;
  switch (field.type) {
    case "string":
      return textCheck(field.lengthMax);
    case "integer":
      return (bytes, start, end) => isWhole(bytes, start, end, 9);
    case "int64":
      return (bytes, start, end) => isWhole(bytes, start, end, 18);
    case "real":
      return isReal;
    case "boolean":
      return oneOf(["Yes", "No"]);
    case "date":
      return (bytes, start, end) => end - start === 10 && isDay(bytes, start);
    case "datetime":
      return isDatetime;
    case "time":
      return (bytes, start, end) => end - start === 8 && isClock(bytes, start);
    case "guid":
      return isGuid;
    case "enum":
      return oneOf(unmistakable(field));
  }
}

const [zero, nine, minus, point, colon] = [0x30, 0x39, 0x2d, 0x2e, 0x3a];
const [letterT, letterZ, letterA, letterF] = [0x54, 0x5a, 0x61, 0x66];

/** Characters that stand for themselves in a line and may stand in every format: none of control, and no backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte !== 0x5c ? 1 : 0));

function textCheck(lengthMax: number | undefined): CanonicalCheck {
  // No text has more characters than bytes.
  const bytesMax = lengthMax ?? Infinity;
  return (bytes, start, end) => {
    if (end - start > bytesMax) return false;
    for (let at = start; at < end; at += 1) if (plain[bytes[at]!] === 0) return false;
    return true;
  };
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

/** Of digits so few that none is out of range; no zero in front, and none below zero. */
function isWhole(bytes: Buffer, start: number, end: number, digitsMax: number): boolean {
  const from = bytes[start] === minus ? start + 1 : start;
  const digits = end - from;
  if (digits < 1 || digits > digitsMax) return false;
  if (bytes[from] === zero && (digits > 1 || from > start)) return false;
  for (let at = from; at < end; at += 1) if (!isDigit(bytes[at]!)) return false;
  return true;
}

/** Of few digits, no zero that says nothing, and none below zero. */
function isReal(bytes: Buffer, start: number, end: number): boolean {
  const from = bytes[start] === minus ? start + 1 : start;
  if (end - from < 1 || end - from > 50) return false;
  let pointAt = end;
  for (let at = from; at < end; at += 1) {
    if (isDigit(bytes[at]!)) continue;
    if (bytes[at] !== point || pointAt < end) return false;
    pointAt = at;
  }
  const isZeroInFront = bytes[from] === zero;
  if (pointAt === end) return !isZeroInFront || (end - from === 1 && from === start);
  if (pointAt === from || (isZeroInFront && pointAt > from + 1)) return false;
  return pointAt < end - 1 && bytes[end - 1] !== zero;
}

function oneOf(texts: readonly string[]): CanonicalCheck | undefined {
  // With many of them a look-up of the text is faster.
  if (texts.length > 24) return undefined;
  const all = texts.map((text) => Buffer.from(text));
  return (bytes, start, end) => {
    for (const text of all) if (isSame(text, bytes, start, end)) return true;
    return false;
  };
}

/** The symbols that stand for themselves: not those that are another value's label too. */
function unmistakable(field: EntityField): readonly string[] {
  const convert = converterFor(field);
  const isItself = (symbol: string): boolean => {
    const converted = convert(symbol);
    return "value" in converted && converted.value === symbol && Buffer.from(symbol).every((byte) => plain[byte] === 1);
  };
  return (field.enumValues ?? []).map(({ symbol }) => symbol).filter(isItself);
}

function isSame(text: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text[at]) return false;
  return true;
}

/** Two digits as a number; above 99 where they are none. */
function two(bytes: Buffer, at: number): number {
  const [tens, ones] = [bytes[at]! - zero, bytes[at + 1]! - zero];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : 100;
}

/** A day such as 2026-01-31, but not of the year 0, nor in 1900, of which the first day is the empty date. */
function isDay(bytes: Buffer, at: number): boolean {
  if (bytes[at + 4] !== minus || bytes[at + 7] !== minus) return false;
  const [century, ofCentury, month, day] = [two(bytes, at), two(bytes, at + 2), two(bytes, at + 5), two(bytes, at + 8)];
  const year = 100 * century + ofCentury;
  if (century > 99 || ofCentury > 99 || year === 0 || year === 1900) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function isClock(bytes: Buffer, at: number): boolean {
  if (bytes[at + 2] !== colon || bytes[at + 5] !== colon) return false;
  return two(bytes, at) <= 23 && two(bytes, at + 3) <= 59 && two(bytes, at + 6) <= 59;
}

function isDatetime(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 20 || bytes[start + 10] !== letterT || bytes[start + 19] !== letterZ) return false;
  return isDay(bytes, start) && isClock(bytes, start + 11);
}

function isGuid(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const byte = bytes[start + at]!;
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23;
    if (isHyphen ? byte !== minus : !isDigit(byte) && !(byte >= letterA && byte <= letterF)) return false;
  }
  return true;
}
