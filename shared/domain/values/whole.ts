import { isDigit, minus, zero } from "./bytes.ts";
import { type Converted, refuse, type ValueType } from "./valueType.ts";

export const integerType: ValueType = wholeType(32, 9);
export const int64Type: ValueType = wholeType(64, 18);

/** Of no more digits than `digitsMax` none is out of range. */
function wholeType(bits: 32 | 64, digitsMax: number): ValueType {
  return {
    convert: (text) => convertWhole(text, bits),
    isCanonical: (bytes, start, end) => isWhole(bytes, start, end, digitsMax),
  };
}

const wholeNumber = /^[+-]?\d+$/;

function convertWhole(text: string, bits: 32 | 64): Converted {
  const trimmed = text.trim();
  const expected = bits === 32 ? "a whole number of 32 bits" : "a whole number of 64 bits";
  if (!wholeNumber.test(trimmed) || trimmed.length > 40) return refuse(expected, text);
  const number = BigInt(trimmed.startsWith("+") ? trimmed.slice(1) : trimmed);
  return number === BigInt.asIntN(bits, number) ? { value: number.toString() } : refuse(expected, text);
}

/** No zero in front, and none below zero. */
function isWhole(bytes: Buffer, start: number, end: number, digitsMax: number): boolean {
  const from = bytes[start] === minus ? start + 1 : start;
  const digits = end - from;
  if (digits < 1 || digits > digitsMax) return false;
  if (bytes[from] === zero && (digits > 1 || from > start)) return false;
  for (let at = from; at < end; at += 1) if (!isDigit(bytes[at]!)) return false;
  return true;
}
