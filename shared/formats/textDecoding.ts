import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import { FormatError } from "./recordFormat.ts";

export interface TextEncoding {
  /** A Windows code page number, used when the file has no byte order mark. */
  readonly codePage: number;
  /** Accept only UTF-16 with a byte order mark. */
  readonly isUnicodeRequired: boolean;
}

/** One chunk of bytes to UTF-8; `end` closes the file, so that half a character at its end is found. */
interface ChunkDecoder {
  decode(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const UTF8 = 65001;
const UTF16LE = 1200;
const UTF16BE = 1201;
const UTF32LE = 12000;
const UTF32BE = 12001;
const UTF7 = 65000;

// Only UTF-7 can leave more than four bytes for the next chunk: an encoded word.
const TAIL_BYTES_MAX = 1024 * 1024;

// The order matters: the mark of UTF-32 LE begins with that of UTF-16 LE.
const byteOrderMarks: readonly { readonly mark: readonly number[]; readonly codePage: number }[] = [
  { mark: [0xff, 0xfe, 0, 0], codePage: UTF32LE },
  { mark: [0, 0, 0xfe, 0xff], codePage: UTF32BE },
  { mark: [0xef, 0xbb, 0xbf], codePage: UTF8 },
  { mark: [0xff, 0xfe], codePage: UTF16LE },
  { mark: [0xfe, 0xff], codePage: UTF16BE },
];

/**
 * Decodes a file to UTF-8, in pieces that are cut between characters, without its byte order mark. Bytes that are no
 * character of the encoding end in an error that says where; they never become U+FFFD. Chunks must have 4 bytes or more,
 * the last one excepted.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  let decoder: ChunkDecoder | undefined;
  for await (const chunk of chunks) {
    if (decoder === undefined) {
      const { codePage, markBytes } = recogniseEncoding(chunk, encoding);
      decoder = decoderOf(codePage, markBytes);
      yield decoder.decode(chunk.subarray(markBytes));
    } else {
      yield decoder.decode(chunk);
    }
  }
  if (decoder !== undefined) yield decoder.end();
}

/** Decodes a small file at once, as `decodeText` does. */
export function decodeWhole(bytes: Uint8Array, encoding: TextEncoding): string {
  const { codePage, markBytes } = recogniseEncoding(bytes, encoding);
  const decoder = decoderOf(codePage, markBytes);
  const [start, end] = [decoder.decode(bytes.subarray(markBytes)), decoder.end()];
  return bufferOf(start).toString("utf8") + bufferOf(end).toString("utf8");
}

const namesByCodePage: Readonly<Record<number, string>> = {
  [UTF32LE]: "utf-32le",
  [UTF32BE]: "utf-32be",
  [UTF7]: "utf-7",
  20127: "ascii",
  51932: "euc-jp",
  51949: "euc-kr",
  54936: "gb18030",
};

/** The name under which iconv-lite knows a code page; an unknown page is an error that says what to choose. */
export function encodingName(codePage: number): string {
  const name = namesByCodePage[codePage] ?? `cp${codePage}`;
  if (iconv.encodingExists(name)) return name;
  throw new FormatError(
    "unknownCodePage",
    `Code page ${codePage} is not known. Choose 65001 (UTF-8), 1200 (UTF-16) or a Windows page such as 1252.`,
  );
}

/** The code page of a file of text that is in `codePage` where its first bytes do not show another one. */
export function codePageOfText(start: Uint8Array, codePage: number): { codePage: number; isMarked: boolean } {
  const found = byteOrderMarks.find(({ mark }) => mark.every((byte, index) => start[index] === byte));
  return { codePage: found?.codePage ?? codePage, isMarked: found !== undefined };
}

function recogniseEncoding(start: Uint8Array, encoding: TextEncoding): { codePage: number; markBytes: number } {
  const found = byteOrderMarks.find(({ mark }) => mark.every((byte, index) => start[index] === byte));
  const codePage = found?.codePage ?? encoding.codePage;
  if (encoding.isUnicodeRequired && (found === undefined || (codePage !== UTF16LE && codePage !== UTF16BE))) {
    throw new FormatError(
      "DMF1855",
      "Selected file is not Unicode: it does not begin with the byte order mark of UTF-16. " +
        "Save it as UTF-16 (“Unicode text”), or choose a source format with code page 65001.",
    );
  }
  return { codePage, markBytes: found?.mark.length ?? 0 };
}

function decoderOf(codePage: number, startOffset: number): ChunkDecoder {
  if (codePage === UTF8) return wholeCharacters(startOffset, utf8TailBytes, requireUtf8);
  if (codePage === UTF16LE) return wholeCharacters(startOffset, tailOfUtf16(1), utf16ToUtf8);
  if (codePage === UTF16BE) {
    return wholeCharacters(startOffset, tailOfUtf16(0), (bytes, at) => utf16ToUtf8(Buffer.from(bytes).swap16(), at));
  }
  if (codePage === UTF7) {
    return wholeCharacters(
      startOffset,
      utf7TailBytes,
      (bytes) => Buffer.from(iconv.decode(bufferOf(bytes), "utf-7")),
      true,
    );
  }
  return codePageDecoder(codePage, startOffset);
}

/** The run at the end that may be an encoded word still under way; any character outside base64 ends one. */
function utf7TailBytes(bytes: Uint8Array): number {
  const direct = bytes.findLastIndex((byte) => !/[A-Za-z0-9+/]/u.test(String.fromCharCode(byte)));
  return bytes.length - direct - 1;
}

/** Cuts chunks between characters, so that each is decoded by itself: the fast way, and errors know their place. */
function wholeCharacters(
  startOffset: number,
  tailBytes: (bytes: Uint8Array) => number,
  toUtf8: (bytes: Uint8Array, offset: number) => Uint8Array,
  mayEndAnywhere = false,
): ChunkDecoder {
  let tail: Uint8Array = new Uint8Array(0);
  let offset = startOffset;
  return {
    decode(chunk) {
      if (tail.length > TAIL_BYTES_MAX) throw badBytes("A character does not end", offset);
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      const whole = bytes.length - tailBytes(bytes);
      const text = toUtf8(bytes.subarray(0, whole), offset);
      tail = bytes.subarray(whole);
      offset += whole;
      return text;
    },
    end() {
      if (tail.length > 0 && !mayEndAnywhere) throw badBytes("The file ends in the middle of a character", offset);
      return toUtf8(tail, offset);
    },
  };
}

function requireUtf8(bytes: Uint8Array, offset: number): Uint8Array {
  if (isUtf8(bytes)) return bytes;
  throw badBytes("The file is not UTF-8 (code page 65001)", offset + firstInvalidUtf8(bytes));
}

/** How many bytes at the end belong to a character of which more is to come. */
function utf8TailBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

// A longer prefix of a broken text is broken too, so halving finds where it breaks: at the character begun there.
function firstInvalidUtf8(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (valid + 1 < invalid) {
    const middle = (valid + invalid) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - utf8TailBytes(prefix)))) valid = middle;
    else invalid = middle;
  }
  return valid - utf8TailBytes(bytes.subarray(0, valid));
}

function tailOfUtf16(highByteIndex: number): (bytes: Uint8Array) => number {
  return (bytes) => {
    const odd = bytes.length % 2;
    const high = bytes[bytes.length - odd - 2 + highByteIndex] ?? 0;
    const isFirstOfPair = high >= 0xd8 && high <= 0xdb;
    return odd + (isFirstOfPair ? 2 : 0);
  };
}

function utf16ToUtf8(bytes: Uint8Array, offset: number): Uint8Array {
  const text = bufferOf(bytes).toString("utf16le");
  if (text.isWellFormed()) return Buffer.from(text);
  throw badBytes("The file is not UTF-16 (code page 1200 or 1201)", offset + 2 * text.search(/\p{Surrogate}/u));
}

function codePageDecoder(codePage: number, startOffset: number): ChunkDecoder {
  const decoder = iconv.getDecoder(encodingName(codePage), { stripBOM: false });
  let offset = startOffset;
  const checked = (text: string, chunk: Uint8Array): Uint8Array => {
    const at = text.indexOf("\uFFFD");
    if (at >= 0) throw badBytes(`The file is not in code page ${codePage}`, offset + at, hintOf(chunk));
    offset += chunk.length;
    return Buffer.from(text);
  };
  return {
    decode: (chunk) => checked(decoder.write(bufferOf(chunk)), chunk),
    end: () => checked(decoder.end() ?? "", new Uint8Array(0)),
  };
}

/** What the code page should be: a chunk may begin and end inside a character. */
function hintOf(chunk: Uint8Array): string {
  const begin = chunk.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const whole = chunk.subarray(Math.max(0, begin), chunk.length - utf8TailBytes(chunk));
  return begin >= 0 && begin <= 3 && whole.length > 0 && isUtf8(whole) ? "it looks like UTF-8, which is 65001" : usual;
}

const usual = "1252 is usual for files from Windows";

function badBytes(what: string, offset: number, hint = usual): FormatError {
  return new FormatError(
    "badEncoding",
    `${what}: bad byte sequence near byte ${offset + 1}. Save the file in the code page of its source format, ` +
      `or choose the source format's code page to match (${hint}).`,
  );
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
