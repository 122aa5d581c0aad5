import type { Pace } from "../../ports/pace.ts";
import { evenChunks } from "../byteChunks.ts";
import { FormatError } from "../recordFormat.ts";
import { decodeText } from "../textDecoding.ts";
import type { WorkbookFiles } from "./workbookFiles.ts";
import type { XmlHandler } from "./xmlScan.ts";
import { createXmlScanner } from "./xmlScanner.ts";

/** Between two chunks the reader may rest, or end. */
const chunkBytes = 256 * 1024;

/** Reads a part of a workbook, which the handler is told of as it comes: the loop has its turn
 * after each chunk of it, and each time that the handler is full. */
export async function* scanPart(
  files: WorkbookFiles,
  path: string,
  handler: XmlHandler,
  pace: Pace,
): AsyncGenerator<void, void, undefined> {
  const scanner = createXmlScanner(path, handler);
  for await (const piece of decoded(files, path)) {
    scanner.push(piece);
    yield;
    while (handler.isFull === true) {
      handler.isFull = false;
      scanner.goOn();
      yield;
    }
    if (pace.isOver()) await pace.rest();
  }
  scanner.finish();
  yield;
}

/** Reads a part to its end. */
export async function readPart(files: WorkbookFiles, path: string, handler: XmlHandler, pace: Pace): Promise<void> {
  for await (const _ of scanPart(files, path, handler, pace));
}

async function* decoded(files: WorkbookFiles, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = evenChunks(files.open(path), chunkBytes)[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) throw new FormatError("badWorkbook", `The workbook cannot be read: ${path} is empty.`);
  async function* whole(start: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield start;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return();
    }
  }
  try {
    yield* decodeText(whole(first.value), { codePage: codePageOf(first.value, path), isUnicodeRequired: false });
  } catch (error) {
    if (!(error instanceof FormatError) || error.code !== "badEncoding") throw error;
    const text = `The workbook cannot be read: ${path} holds bytes that are no text. Open it in Excel and save it again.`;
    throw new FormatError("badWorkbook", text);
  }
}

const declarationBytesMax = 200;

/** Office writes UTF-8, and may write UTF-16; without a byte order mark the first "<" tells which. */
function codePageOf(start: Uint8Array, path: string): number {
  if (start[0] === 0x3c && start[1] === 0) return 1200;
  if (start[0] === 0 && start[1] === 0x3c) return 1201;
  const text = Buffer.from(start.subarray(0, declarationBytesMax)).toString("latin1");
  const encoding = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\bencoding\s*=\s*["']([^"'>]*)/.exec(text)?.[1] ?? "UTF-8";
  if (/^(?:utf-?8|(?:us-)?ascii)$/i.test(encoding)) return 65001;
  const message = `The workbook cannot be read: ${path} is in the encoding ${JSON.stringify(encoding.slice(0, 40))}, and not in UTF-8.`;
  throw new FormatError("badWorkbook", message);
}
