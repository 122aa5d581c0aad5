import { minus, point } from "../values/bytes.ts";
import type { FieldType } from "../dataEntity.ts";
import type { Order } from "./spans.ts";

/** How values of a type are ordered, in their canonical texts as bytes. */
export function orderOf(type: FieldType): Order {
  if (type === "integer" || type === "int64" || type === "real") return orderOfNumbers;
  return type === "datetime" ? orderOfDatetimes : orderOfBytes;
}

function orderOfBytes(bytes: Buffer, start: number, end: number, other: Buffer): number {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = bytes[start + at]! - other[at]!;
    if (difference !== 0) return difference;
  }
  return end - start - other.length;
}

/** The sign at its end would be greater than the point of a fraction. */
function orderOfDatetimes(bytes: Buffer, start: number, end: number, other: Buffer): number {
  return orderOfBytes(bytes, start, end - 1, other.subarray(0, -1));
}

/** Canonical numbers of as many digits in front of the point compare as texts; of others the longer one is greater. */
function orderOfNumbers(bytes: Buffer, start: number, end: number, other: Buffer): number {
  const [isBelowZero, isOtherBelowZero] = [bytes[start] === minus, other[0] === minus];
  if (isBelowZero !== isOtherBelowZero) return isBelowZero ? -1 : 1;
  const digits = wholeDigits(bytes, start, end) - wholeDigits(other, 0, other.length);
  const difference = digits || orderOfBytes(bytes, start, end, other);
  return isBelowZero ? -difference : difference;
}

function wholeDigits(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== point) at += 1;
  return at - start;
}
