import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import type { Oddity } from "../domain/oddCells.ts";
import type { RowBatch } from "../domain/rowBatch.ts";
import { encodingName } from "./textDecoding.ts";

export interface MisreadSearch {
  look(batch: RowBatch): void;
  /** Undefined where there is none, or the file is rather what its format says. */
  found(): Oddity | undefined;
}

const unicodePages = new Set([1200, 1201, 12_000, 12_001, 65_000, 65_001]);
/** Pairs of bytes of which a code page makes one character, if it makes one of any two. */
const pairs = [
  [0x81, 0x40],
  [0xb0, 0xa1],
];

/** Letters that a misread text was most likely meant to have: those of Western and Central Europe. */
const plainLetter = /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]/;

/** Searches files in a code page of single bytes for cells that were meant to be UTF-8; undefined for any other page. */
export function searchMisreadUtf8(codePage: number): MisreadSearch | undefined {
  if (unicodePages.has(codePage)) return undefined;
  const name = encodingName(codePage);
  if (pairs.some((pair) => iconv.decode(Buffer.from(pair), name).length !== 2)) return undefined;
  const bytesOf = byteTable(name);
  let [line, misread, plain, others] = [0, 0, 0, 0];
  return {
    look({ bytes, width, starts, ends, lines, count, broken }) {
      for (let row = 0; row < count; row += 1) {
        // Its places are those of some row before it.
        if (broken.has(row)) continue;
        for (let place = row * width, behind = place + width; place < behind; place += 1) {
          if (!hasOther(bytes, starts[place]!, ends[place]!)) continue;
          const letters = asUtf8(bytes.toString("utf8", starts[place], ends[place]), bytesOf);
          if (letters === undefined) others += 1;
          else {
            misread += 1;
            if (plainLetter.test(letters)) plain += 1;
            if (misread === 1) line = lines[row]!;
          }
        }
      }
    },
    // In a code page too, two of its characters may by chance be one of UTF-8: then other cells show what the file is.
    found: () => (plain > 0 || misread > others ? { kind: "misreadUtf8", line, count: misread } : undefined),
  };
}

function byteTable(name: string): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (let byte = 0x80; byte < 0x100; byte += 1) table.set(iconv.decode(Buffer.from([byte]), name), byte);
  return table;
}

function hasOther(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at]! >= 0x80) return true;
  return false;
}

/** What the cell's own bytes are as UTF-8, where all of them are and there are letters among the others than ASCII. */
function asUtf8(text: string, bytesOf: ReadonlyMap<string, number>): string | undefined {
  const own = Array.from(text, (character) =>
    character < "\u0080" ? character.charCodeAt(0) : bytesOf.get(character),
  );
  if (own.includes(undefined)) return undefined;
  const bytes = Buffer.from(own.map(Number));
  if (!isUtf8(bytes)) return undefined;
  const meant = bytes.toString("utf8").replace(/[\0-\x7f]/g, "");
  return /\p{L}/u.test(meant) ? meant : undefined;
}
