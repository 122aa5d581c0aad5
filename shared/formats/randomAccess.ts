import { Readable } from "node:stream";
import { callbackify } from "node:util";
import { RandomAccessReader } from "yauzl";

/** Bytes that can be read from any place: a blob by ranges, a buffer. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Exactly these bytes, streamed. Asked only for ranges within the size. */
  read(offset: number, length: number): AsyncIterable<Uint8Array>;
}

/** Random access to bytes that are in memory, in one piece or, so that they need not lie there twice, in several. */
export function bytesInMemory(...pieces: readonly Uint8Array[]): RandomAccess {
  return {
    sizeBytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    async *read(offset, length) {
      let start = 0;
      for (const piece of pieces) {
        const [from, to] = [Math.max(0, offset - start), Math.min(piece.length, offset + length - start)];
        if (from < to) yield piece.subarray(from, to);
        start += piece.length;
        if (start >= offset + length) return;
      }
    },
  };
}

const WINDOW_BYTES = 128 * 1024;

/**
 * What yauzl asks for its many small reads: a directory of a hundred entries is then one request to the source and
 * not two hundred. A failure of the source itself is kept, so that it is not taken for a fault of the archive.
 */
export class WindowedReader extends RandomAccessReader {
  private readonly source: RandomAccess;
  private windowStart = 0;
  private window: Buffer = Buffer.alloc(0);
  sourceError: unknown = undefined;

  constructor(source: RandomAccess) {
    super();
    this.source = source;
  }

  override read(
    target: Buffer,
    targetOffset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    callbackify(() => this.bytesAt(position, length))((error, bytes) => {
      if (error === null) bytes.copy(target, targetOffset);
      callback(error);
    });
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.source.read(start, end - start));
  }

  /** The four bytes at a place, or undefined beyond the end. */
  async signatureAt(position: number): Promise<number | undefined> {
    if (position + 4 > this.source.sizeBytes) return undefined;
    return (await this.bytesAt(position, 4)).readUInt32LE(0);
  }

  /** A copy-free view of a few bytes; refuses a place outside the archive. */
  async bytesAt(position: number, length: number): Promise<Buffer> {
    if (position < 0 || position + length > this.source.sizeBytes) throw new Error("the archive is truncated");
    if (position < this.windowStart || position + length > this.windowStart + this.window.length) {
      const size = Math.min(Math.max(length, WINDOW_BYTES), this.source.sizeBytes - position);
      this.window = await this.fetch(position, size);
      this.windowStart = position;
    }
    const from = position - this.windowStart;
    return this.window.subarray(from, from + length);
  }

  /** The bytes of an entry: those that the window has anyway are not asked for again. */
  async *entryBytes(position: number, length: number): AsyncGenerator<Uint8Array> {
    const from = position - this.windowStart;
    if (from < 0 || from + length > this.window.length) yield* this.source.read(position, length);
    else yield this.window.subarray(from, from + length);
  }

  private async fetch(position: number, length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of this.source.read(position, length)) pieces.push(piece);
    } catch (error) {
      this.sourceError = error;
      throw error;
    }
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== length) throw new Error("the archive is truncated");
    return bytes;
  }
}
