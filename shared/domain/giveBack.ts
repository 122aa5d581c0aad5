/**
 * Gives memory outside the heap back at once, when nobody reads it any more: as garbage it lies about until the collector
 * sees it, and hastens a collection of the whole heap. Afterwards the bytes are empty. Memory that may be shared with
 * others, as small buffers are, is left alone.
 */
export function giveBack({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
