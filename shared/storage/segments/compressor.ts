import { setImmediate } from "node:timers/promises";
import { constants, createZstdCompress } from "node:zlib";

/** Packs pieces of bytes, one after another and each by itself, beside the event loop. */
export interface Compressor {
  /** One at a time. What it answers is one packed piece, in parts. */
  compress(bytes: Uint8Array): Promise<readonly Buffer[]>;
  close(): void;
}

const options = {
  params: {
    // The fastest one and, on short repeating lines, as tight as level 3.
    [constants.ZSTD_c_compressionLevel]: 1,
    // The checksum finds damage.
    [constants.ZSTD_c_checksumFlag]: 1,
    // Whoever unpacks needs memory of this size, 256 KB, for a frame.
    [constants.ZSTD_c_windowLog]: 18,
  },
  chunkSize: 256 * 1024,
};

/** Its memory is used for all of them: to make it anew for each piece takes a fifth of the time. */
export function compressor(): Compressor {
  const stream = createZstdCompress(options);
  let parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  // Each piece hears of it by its callback; those behind the one that failed as well.
  stream.on("error", () => undefined);
  return {
    async compress(bytes) {
      parts = [];
      stream.write(bytes);
      await new Promise<void>((resolve, reject) => {
        stream.flush(constants.ZSTD_e_end, (error?: Error | null) => (error ? reject(error) : resolve()));
      });
      // All that was packed has been passed on when nothing waits to be read.
      while (stream.readableLength > 0) await setImmediate();
      return parts;
    },
    close: () => void stream.destroy(),
  };
}
