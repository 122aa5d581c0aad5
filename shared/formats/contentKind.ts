import { isUtf8 } from "node:buffer";

export type ContentKind =
  | "empty"
  | "zip"
  | "package"
  | "workbook"
  | "gzip"
  | "oldExcel"
  | "pdf"
  | "html"
  | "xml"
  | "multipart"
  | "wrappedContent"
  | "json"
  | "base64"
  | "text";

const START_BYTES = 256;

/** Tells from the first bytes what a file is; whatever carries no other sign is taken for text. */
export function recogniseContent(start: Uint8Array): ContentKind {
  if (start.length === 0) return "empty";
  if (startsWith(start, 0x50, 0x4b, 0x03, 0x04) || startsWith(start, 0x50, 0x4b, 0x05, 0x06)) return zipKind(start);
  if (startsWith(start, 0xd0, 0xcf, 0x11, 0xe0)) return "oldExcel";
  if (startsWith(start, 0x1f, 0x8b)) return "gzip";
  const text = asciiOf(start);
  return textKinds.find(([, pattern]) => pattern.test(text))?.[0] ?? (isBase64(text) ? "base64" : "text");
}

const nameAt = 30;

/** What a zip is, by the name of its first file: as far as the beginning shows it, and where it says anything. */
function zipKind(start: Uint8Array): "zip" | "package" | "workbook" {
  const length = (start[26] ?? 0) + 256 * (start[27] ?? 0);
  const name = Buffer.from(start.subarray(nameAt, nameAt + length))
    .toString("latin1")
    .toLowerCase();
  if (name === "packageheader.xml" || name === "manifest.xml") return "package";
  return name.startsWith("xl/") ? "workbook" : "zip";
}

const textKinds: readonly (readonly [ContentKind, RegExp])[] = [
  ["pdf", /^%PDF-/],
  ["html", /^\s*<(?:!doctype\s+html|html|head|body)\b/i],
  ["xml", /^\s*<[?!\p{L}_]/u],
  ["multipart", /^(?:\r?\n)?--\S+\r?\n(?:[\w-]+:.*\r?\n)*?content-(?:disposition|type):/i],
  ["wrappedContent", /^\s*\{\s*"\$content/],
  ["json", /^\s*(?:\{\s*"[^"]*"\s*:|\[\s*[{[])/],
];

const base64CharactersMin = 24;

/** Text that is in base64 as a whole, and means something when it is decoded: a column of hashes does not. */
function isBase64(text: string): boolean {
  const sent = text.replace(/^\s*"?|"?\s*$|[\r\n]/g, "");
  if (sent.length < base64CharactersMin || !/^[A-Za-z0-9+/]+={0,2}$/.test(sent)) return false;
  const decoded = Buffer.from(sent, "base64");
  const kind = recogniseContent(decoded);
  if (kind !== "text") return kind !== "base64";
  return isUtf8(decoded.subarray(0, decoded.length - 3)) && !/[^\t\r\n -~\u0080-\uffff]/.test(decoded.toString("utf8"));
}

/** Names the kind for a message: "Expected delimited text, found …". */
export function describeContent(kind: ContentKind): string {
  const names: Record<ContentKind, string> = {
    empty: "an empty file",
    zip: "a zip archive (a data package or an Excel workbook)",
    package: "a data package",
    workbook: "an Excel workbook (.xlsx)",
    gzip: "a gzip file: decompress it, or send it with Content-Encoding: gzip",
    pdf: "a PDF document",
    html: "an HTML page, such as that of a login or an error",
    multipart: "a multipart form: send the bytes of the file alone as the body",
    wrappedContent: "JSON with $content, as Logic Apps pass files on: send what base64ToBinary gives of its $content",
    json: "JSON",
    base64: "text in base64: decode it before it is sent",
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
function asciiOf({ buffer, byteOffset, length }: Uint8Array): string {
  const start = Buffer.from(buffer, byteOffset, Math.min(length, START_BYTES));
  return start
    .toString("latin1")
    .replaceAll(/\P{ASCII}+/gu, "")
    .replaceAll("\0", "");
}
