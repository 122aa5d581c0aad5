import { giveBack } from "../../../domain/giveBack.ts";
import { notePassed } from "./passedBytes.ts";

export const blockBytes = 4 * 1024 * 1024;
/** Blocks on their way; with the one that fills and the one that waits, at most four are in memory. */
export const blocksInFlight = 2;
/** What the service takes for one blob. */
export const blocksMax = 50_000;

/**
 * Cuts a stream into full blocks and a last one that may be shorter; at least one, which may be empty. Copies what it
 * is given, because a source may fill the same buffer again. Full blocks that were sent may come back in `spare` to be
 * filled again: as garbage they would pile up until the collector sees them.
 */
export async function* cutBlocks(
  source: AsyncIterable<Uint8Array>,
  spare: Uint8Array[] = [],
): AsyncGenerator<Uint8Array> {
  let block: Uint8Array = new Uint8Array(0);
  let filled = 0;
  for await (const chunk of source) {
    notePassed(chunk.length);
    for (let at = 0; at < chunk.length;) {
      if (filled === blockBytes) {
        yield block;
        block = spare.pop() ?? new Uint8Array(blockBytes);
        filled = 0;
      }
      const part = chunk.subarray(at, at + blockBytes - filled);
      block = withRoom(block, filled, part.length);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  yield block.subarray(0, filled);
}

/** Begins as large as the first chunk, which is often all, and grows by doubling: most streams are far smaller than a block. */
function withRoom(block: Uint8Array, filled: number, moreBytes: number): Uint8Array {
  if (filled + moreBytes <= block.length) return block;
  const grown = new Uint8Array(Math.min(blockBytes, Math.max(2 * block.length, filled + moreBytes)));
  grown.set(block.subarray(0, filled));
  giveBack(block);
  return grown;
}
