export const blank = 0x20;
export const [zero, nine, minus, point, colon] = [0x30, 0x39, 0x2d, 0x2e, 0x3a];

/** Characters that stand for themselves in a line and may stand in every format: none of control, and no backslash. */
export const plainBytes = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte !== 0x5c ? 1 : 0));

export function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

/** Whether a cell begins with a character that may be nothing but blank space: what `trim` removes. */
export function mayBeBlank(bytes: Buffer, start: number): boolean {
  const byte = bytes[start]!;
  if (byte < 0x80) return byte <= blank;
  const next = bytes[start + 1]!;
  if (byte === 0xc2) return next === 0xa0;
  if (byte === 0xe1) return next === 0x9a;
  if (byte === 0xe2) return next === 0x80 || next === 0x81;
  return (byte === 0xe3 && next === 0x80) || (byte === 0xef && next === 0xbb);
}
