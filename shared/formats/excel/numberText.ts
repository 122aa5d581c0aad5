const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const charactersMax = 400;
/** Excel keeps and shows so many; more of them are what a binary fraction leaves behind. */
const digitsMax = 15;

/**
 * A cell's number in plain digits: whole ones as they stand, and others to the 15 digits that Excel shows, so that
 * 0.30000000000000004 is 0.3. Undefined for a text that is no number.
 */
export function plainNumber(text: string): string | undefined {
  const match = text.length > charactersMax ? null : decimal.exec(text.trim());
  const [whole, fraction] = [match?.[2] ?? "", match?.[3] ?? ""];
  if (!match || whole.length + fraction.length === 0) return undefined;
  const sign = match[1] === "-" ? "-" : "";
  if (match[3] === undefined && match[4] === undefined) return signed(sign, whole.replace(/^0+(?=\d)/, ""));
  const value = Number(match[0]);
  if (!Number.isFinite(value)) return undefined;
  if (value === 0) return "0";
  const digits = (whole + fraction).replace(/^0+/, "").replace(/0+$/, "");
  if (digits.length <= digitsMax) return signed(sign, placed(whole, fraction, Number(match[4] ?? 0)));
  const [mantissa = "", exponent = "0"] = Math.abs(value)
    .toExponential(digitsMax - 1)
    .split("e");
  return signed(sign, placed(mantissa.slice(0, 1), mantissa.slice(2), Number(exponent)));
}

function placed(whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(1, point);
  const wholePart = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const fractionPart = padded.slice(at).replace(/0+$/, "");
  return fractionPart === "" ? wholePart : `${wholePart}.${fractionPart}`;
}

function signed(sign: string, size: string): string {
  return size === "0" ? size : sign + size;
}

const [point, minus, zero, nine] = [0x2e, 0x2d, 0x30, 0x39];

/** Whether the number is in plain digits already, few enough to be exact, and none of them says nothing. */
export function isPlainNumber(bytes: Buffer, length: number): boolean {
  const from = bytes[0] === minus ? 1 : 0;
  if (length - from > digitsMax + 1) return false;
  let pointAt = length;
  for (let at = from; at < length; at += 1) {
    const byte = bytes[at]!;
    if (byte >= zero && byte <= nine) continue;
    if (byte !== point || pointAt < length) return false;
    pointAt = at;
  }
  const isFraction = pointAt < length;
  if (pointAt === from || (!isFraction && length - from > digitsMax)) return false;
  if (isFraction && (pointAt === length - 1 || bytes[length - 1] === zero)) return false;
  return bytes[from] !== zero || (pointAt === from + 1 && (isFraction || from === 0));
}
