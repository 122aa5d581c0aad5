export type ContentKind = "empty" | "zip" | "oldExcel" | "xml" | "text";

const START_BYTES = 256;

/** Tells from the first bytes what a file is; whatever carries no other sign is taken for text. */
export function recogniseContent(start: Uint8Array): ContentKind {
  if (start.length === 0) return "empty";
  if (startsWith(start, 0x50, 0x4b, 0x03, 0x04) || startsWith(start, 0x50, 0x4b, 0x05, 0x06)) return "zip";
  if (startsWith(start, 0xd0, 0xcf, 0x11, 0xe0)) return "oldExcel";
  return /^\s*<[?!\p{L}_]/u.test(asciiOf(start)) ? "xml" : "text";
}

/** Names the kind for a message: "Expected delimited text, found …". */
export function describeContent(kind: ContentKind): string {
  const names: Record<ContentKind, string> = {
    empty: "an empty file",
    zip: "a zip archive (a data package or an Excel workbook)",
    oldExcel: "an Excel 97-2003 workbook",
    xml: "an XML document",
    text: "text",
  };
  return names[kind];
}

function startsWith(bytes: Uint8Array, ...expected: readonly number[]): boolean {
  return expected.every((value, index) => bytes[index] === value);
}

// Without byte order marks and the zero bytes of UTF-16 and UTF-32, every encoding of "<?xml" reads the same.
function asciiOf(start: Uint8Array): string {
  const ascii = start.subarray(0, START_BYTES).filter((byte) => byte > 0 && byte < 0x80);
  return String.fromCharCode(...ascii);
}
