/**
 * The text form of a record: its key, a number (the commit's sequence in the store, the source line in staging) and its
 * values, with tabs between them. The escapes are those of PostgreSQL's COPY: `\\`, `\t`, `\n`, `\N` for undefined;
 * and `\uXXXX` for half a surrogate pair, which UTF-8 cannot carry. Lines of it as bytes are in `recordLines.ts`, where
 * nearly all work is done.
 */

const mayNeedEscape = /[\\\t\n\ud800-\udfff]/;
const needsEscape = /[\\\t\n]|\p{Cs}/gu;
const escaped = /\\(?:u([0-9a-f]{4})|(.))/g;
const undefinedCell = "\\N";

export function encodeText(text: string): string {
  return mayNeedEscape.test(text) ? text.replace(needsEscape, escapeCharacter) : text;
}

function escapeCharacter(character: string): string {
  if (character === "\\") return "\\\\";
  if (character === "\t") return "\\t";
  if (character === "\n") return "\\n";
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

export function decodeText(text: string): string {
  return text.includes("\\") ? text.replace(escaped, unescapeCharacter) : text;
}

function unescapeCharacter(_: string, hex: string | undefined, letter: string): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return letter === "t" ? "\t" : letter === "n" ? "\n" : letter;
}

export function encodeValues(values: readonly (string | undefined)[]): string {
  return isPlain(values) ? values.join("\t") : values.map(encodeCell).join("\t");
}

function isPlain(values: readonly (string | undefined)[]): boolean {
  for (const value of values) if (value === undefined || mayNeedEscape.test(value)) return false;
  return true;
}

export function encodeCell(value: string | undefined): string {
  return value === undefined ? undefinedCell : encodeText(value);
}

/** The values of a tail. */
export function decodeOptionalValues(tail: string): (string | undefined)[] {
  const cells: (string | undefined)[] = tail.split("\t");
  if (!tail.includes("\\")) return cells;
  return cells.map((cell) => (cell === undefined || cell === undefinedCell ? undefined : decodeText(cell)));
}

export function lineOf(encodedKey: string, number: number, tail: string): string {
  return `${encodedKey}\t${number}\t${tail}`;
}
