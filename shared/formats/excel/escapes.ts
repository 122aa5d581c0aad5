const [underscore, letterX] = [0x5f, 0x78];
const escape = /_x([0-9A-Fa-f]{4})_/g;

/**
 * Texts of workbooks hold what XML cannot as `_x000D_`, and an underscore that would begin such a sign as `_x005F_`. Puts
 * the characters in the place of their signs, and answers where the text then ends.
 */
export function unescaped(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at + 7 <= end; at += 1) {
    if (bytes[at] !== underscore || bytes[at + 1] !== letterX) continue;
    const text = bytes.toString("utf8", start, end);
    const plain = text.replace(escape, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    // No text of bytes holds half a character: the signs stay then.
    return plain.isWellFormed() ? start + bytes.write(plain, start) : end;
  }
  return end;
}
