import { viewOf } from "../domain/byteWords.ts";
import type { TextEncoder } from "./textEncoding.ts";

/** Text of a file as UTF-8. */
export interface TextOutput {
  bytes: Buffer;
  /** The same memory, for words. */
  view: DataView;
  filled: number;
  /** It holds half a surrogate pair, which no encoding can write. */
  isTorn: boolean;
}

export function textOutput(sizeBytes: number): TextOutput {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  return { bytes, view: viewOf(bytes), filled: 0, isTorn: false };
}

export function writeText(output: TextOutput, text: string): void {
  makeRoom(output, 3 * text.length);
  if (!text.isWellFormed()) output.isTorn = true;
  output.filled += output.bytes.write(text, output.filled);
}

export function writeByte(output: TextOutput, byte: number): void {
  makeRoom(output, 1);
  output.bytes[output.filled++] = byte;
}

export function makeRoom(output: TextOutput, sizeBytes: number): void {
  const { bytes, filled } = output;
  if (filled + sizeBytes <= bytes.length) return;
  output.bytes = Buffer.allocUnsafeSlow(2 * (filled + sizeBytes));
  bytes.copy(output.bytes, 0, 0, filled);
  output.view = viewOf(output.bytes);
}

/** In the code page; undefined where it holds what the code page cannot write. */
export function encodeOutput(output: TextOutput, codePage: number, encoder: TextEncoder): Uint8Array | undefined {
  if (output.isTorn) return undefined;
  const bytes = output.bytes.subarray(0, output.filled);
  return codePage === 65001 ? bytes : encoder.encode(bytes.toString("utf8"));
}
