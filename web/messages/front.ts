/** The beginning of a file, as people can read it. */
export type Front =
  | { readonly kind: "package" }
  | { readonly kind: "text"; readonly encoding: string; readonly rows: readonly string[]; readonly isWhole: boolean };

const rowsMax = 50;
const rowCharactersMax = 2_000;

/** What the first bytes of a file say. A character or a row that they cut off is left out. */
export function readFront(bytes: Uint8Array, isWhole: boolean): Front {
  // "PK": a zip, which Excel files are as well.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return { kind: "package" };
  const { text, encoding } = decode(bytes);
  const all = text.split(/\r\n|\n|\r/);
  if (!isWhole && all.length > 1) all.pop();
  if (all.at(-1) === "") all.pop();
  const rows = all.slice(0, rowsMax).map((row) => shorten(row));
  return { kind: "text", encoding, rows, isWhole: isWhole && all.length <= rowsMax };
}

function shorten(row: string): string {
  return row.length > rowCharactersMax
    ? `${row.slice(0, rowCharactersMax)}… (download the file to see all of it)`
    : row;
}

function decode(bytes: Uint8Array): { readonly text: string; readonly encoding: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: as("utf-16le", bytes), encoding: "UTF-16" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: as("utf-16be", bytes), encoding: "UTF-16, big-endian" };
  try {
    // A character that the cut went through is no reason to doubt the others.
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }), encoding: "UTF-8" };
  } catch {
    return { text: as("windows-1252", bytes), encoding: "Windows-1252 (it is no UTF-8)" };
  }
}

function as(label: string, bytes: Uint8Array): string {
  return new TextDecoder(label).decode(bytes);
}
