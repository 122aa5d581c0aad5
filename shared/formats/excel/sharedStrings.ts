import { lineBuffer, reserve, twiceAsLong } from "../../domain/lineBuffer.ts";
import type { Pace } from "../../ports/pace.ts";
import { FormatError } from "../recordFormat.ts";
import { unescaped } from "./escapes.ts";
import type { Workbook } from "./workbook.ts";
import { scanPart } from "./xmlPart.ts";
import type { XmlHandler } from "./xmlScan.ts";

/** The texts that cells share, by number: text `n` lies from `starts[n]` up to, not including, `starts[n + 1]`. */
export interface SharedStrings {
  readonly bytes: Buffer;
  readonly count: number;
  readonly starts: Uint32Array;
}

const megabyte = 1024 * 1024;
const textMegabytesMax = 64;
const stringsMax = 4 * 1024 * 1024;

/** Reads the texts up to the number that is asked for, which are held in memory: more than the limit is refused by name. */
export async function readSharedStrings(
  { files, sharedStringsPath }: Workbook,
  upTo: number,
  pace: Pace,
): Promise<SharedStrings> {
  const table = newTable();
  if (sharedStringsPath === undefined || !files.has(sharedStringsPath) || upTo < 0) return table.strings();
  for await (const _ of scanPart(files, sharedStringsPath, table.handler, pace)) {
    if (table.count() > upTo) break;
  }
  return table.strings();
}

function newTable() {
  const text = lineBuffer();
  let starts: Uint32Array = new Uint32Array(1024);
  let count = 0;
  let isText = false;
  let isPhonetic = false;

  function endString(): void {
    if (count === stringsMax) throw tooLarge(`more than ${stringsMax} texts`);
    const start = starts[count]!;
    text.filled = unescaped(text.bytes, start, text.filled);
    count += 1;
    if (count === starts.length) starts = twiceAsLong(starts);
    starts[count] = text.filled;
  }

  const handler: XmlHandler = {
    open(name) {
      if (name === "t") isText = !isPhonetic;
      else if (name === "rPh") isPhonetic = true;
    },
    text(bytes, start, end) {
      if (!isText) return;
      if (text.filled + end - start > textMegabytesMax * megabyte)
        throw tooLarge(`more than ${textMegabytesMax} MB of text`);
      reserve(text, end - start);
      text.filled += bytes.copy(text.bytes, text.filled, start, end);
    },
    close(name) {
      if (name === "t") isText = false;
      else if (name === "rPh") isPhonetic = false;
      else if (name === "si") endString();
    },
  };
  return { handler, count: () => count, strings: (): SharedStrings => ({ bytes: text.bytes, count, starts }) };
}

function tooLarge(what: string): FormatError {
  const next = "Split it, save it with a tool that writes texts into the cells, or send delimited text.";
  return new FormatError("overLimit", `The workbook's cells share ${what}, which is not held in memory. ${next}`);
}
