/**
 * Stands in the bundle for the package of this name (`local/build.ts`), which yazl computes checksums with: Node's own is
 * thirteen times as fast, and the checksum was a tenth of an export.
 */
import { crc32 } from "node:zlib";

export function unsigned(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before);
}
