import { isDigit, minus, point, zero } from "./bytes.ts";
import { type Converted, refuse, type ValueType } from "./valueType.ts";

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const realDigitsMax = 60;

/** The shortest exact form with a point: "012.500" is "12.5", "1.25e2" is "125", "-0.0" is "0". */
function convertReal(text: string): Converted {
  const match = decimal.exec(text.trim());
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole.length + fraction.length === 0)
    return refuse("a decimal number with a point, such as 12.5", text);
  const exponent = Number(match[4] ?? 0);
  if (whole.length + fraction.length + Math.abs(exponent) > realDigitsMax) {
    return { problem: `expects a decimal number of at most ${realDigitsMax} digits` };
  }
  const shifted = shiftPoint(whole, fraction, exponent);
  const wholePart = shifted.whole.replace(/^0+(?=\d)/, "") || "0";
  const fractionPart = shifted.fraction.replace(/0+$/, "");
  const size = fractionPart === "" ? wholePart : `${wholePart}.${fractionPart}`;
  return { value: match[1] === "-" && size !== "0" ? `-${size}` : size };
}

function shiftPoint(whole: string, fraction: string, exponent: number): { whole: string; fraction: string } {
  if (exponent >= 0) {
    const padded = fraction.padEnd(exponent, "0");
    return { whole: whole + padded.slice(0, exponent), fraction: padded.slice(exponent) };
  }
  const padded = whole.padStart(-exponent, "0");
  return {
    whole: padded.slice(0, padded.length + exponent),
    fraction: padded.slice(padded.length + exponent) + fraction,
  };
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

export const realType: ValueType = { convert: convertReal, isCanonical: isReal };
