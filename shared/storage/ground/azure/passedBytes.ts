import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A look at the young objects takes about a millisecond. */
const bytesPerLook = 8 * 1024 * 1024;

let passed = 0;
let look: (() => void) | undefined;

/**
 * Tells of bytes that came, of which nobody will know soon. They lie in memory outside the heap until the collector of
 * garbage looks at the young objects, which it does when these fill their space: the less garbage there is beside such
 * bytes, the later. Until then they pile up, and make it go through the whole heap instead, again and again. So it is
 * asked to look each time that so many have passed.
 */
export function notePassed(bytes: number): void {
  passed += bytes;
  if (passed < bytesPerLook) return;
  passed = 0;
  look ??= youngCollector();
  look();
}

/** The flag is for this context alone: nobody else finds a collector to call. */
function youngCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  setFlagsFromString("--no-expose-gc");
  // A runtime that hands out none still moves bytes.
  return typeof collect === "function" ? () => void collect({ type: "minor" }) : () => undefined;
}
