export const [zero, nine, minus, point, colon] = [0x30, 0x39, 0x2d, 0x2e, 0x3a];

/** Characters that stand for themselves in a line and may stand in every format: none of control, and no backslash. */
export const plainBytes = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte !== 0x5c ? 1 : 0));

export function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}
