import { createHash, randomUUID } from "node:crypto";
import type { Clock, Ids } from "../ports.ts";

/**
 * UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits. Ids of one instance rise strictly: within a
 * millisecond the twelve bits behind the version count up, and a clock that steps back is not followed.
 */
export function systemIds(clock: Clock): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    random: randomUUID,
    next() {
      const now = clock.now();
      // Node keeps the random bytes of many UUIDs at hand, which makes one the cheapest source of some bits.
      const random = randomUUID();
      if (now > lastMs) {
        lastMs = now;
        counter = Number.parseInt(random.slice(0, 3), 16) & 0x7ff;
      } else if (++counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
      const ms = lastMs.toString(16).padStart(12, "0");
      // The variant and the 62 bits behind it are the same in both versions.
      return `${ms.slice(0, 8)}-${ms.slice(8)}-7${counter.toString(16).padStart(3, "0")}${random.slice(18)}`;
    },
    derive(at, seed) {
      const digest = createHash("sha256").update(seed).digest();
      return toUuid(at, digest.readUInt16BE() & 0xfff, digest.subarray(2, 10));
    },
  };
}

function toUuid(ms: number, twelveBits: number, eightBytes: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | twelveBits, 6);
  bytes.set(eightBytes, 8);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
