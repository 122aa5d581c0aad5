import iconv from "iconv-lite";
import { encodingName } from "./textDecoding.ts";

/** Text to the bytes of one encoding. */
export interface TextEncoder {
  /** What the file begins with: the byte order mark of UTF-16 and UTF-32, otherwise nothing. */
  readonly byteOrderMark: Uint8Array;
  /** The bytes, or undefined when the text has a character that the encoding cannot write. */
  encode(text: string): Uint8Array | undefined;
}

const unmarked = new Uint8Array(0);

/** The encoder of a Windows code page number; a page that is not known is an error. */
export function textEncoderOf(codePage: number): TextEncoder {
  if (codePage === 65001) return nativeEncoder(unmarked, (text) => Buffer.from(text, "utf8"));
  if (codePage === 1200) return nativeEncoder(Buffer.from([0xff, 0xfe]), (text) => Buffer.from(text, "utf16le"));
  if (codePage === 1201) {
    return nativeEncoder(Buffer.from([0xfe, 0xff]), (text) => Buffer.from(text, "utf16le").swap16());
  }
  return codePageEncoder(codePage);
}

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The file with its byte order mark in front, also where it holds nothing else. UTF-8 has none, but readers take one away:
 * text that begins with that character gets it twice.
 */
export async function* markedFile(
  { byteOrderMark }: TextEncoder,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let isStart = true;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const isMarkText = isStart && byteOrderMark.length === 0 && utf8Mark.equals(chunk.subarray(0, utf8Mark.length));
    const mark = isMarkText ? utf8Mark : byteOrderMark;
    yield isStart && mark.length > 0 ? Buffer.concat([mark, chunk]) : chunk;
    isStart = false;
  }
  if (isStart && byteOrderMark.length > 0) yield byteOrderMark;
}

// A lone surrogate is no character: Buffer would write U+FFFD in its place without a word.
function nativeEncoder(byteOrderMark: Uint8Array, encode: (text: string) => Uint8Array): TextEncoder {
  return { byteOrderMark, encode: (text) => (text.isWellFormed() ? encode(text) : undefined) };
}

function codePageEncoder(codePage: number): TextEncoder {
  const name = encodingName(codePage);
  const marks: Record<number, Uint8Array> = {
    12000: Buffer.from([0xff, 0xfe, 0, 0]),
    12001: Buffer.from([0, 0, 0xfe, 0xff]),
  };
  return {
    byteOrderMark: marks[codePage] ?? unmarked,
    encode(text) {
      // iconv-lite writes "?" for what it cannot encode, so only reading back shows whether anything was lost.
      const bytes = iconv.encode(text, name, { addBOM: false });
      return iconv.decode(bytes, name, { stripBOM: false }) === text ? bytes : undefined;
    },
  };
}
