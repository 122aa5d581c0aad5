import { setFlagsFromString } from "node:v8";

/** How much more memory than was alive after the last full collection there may be before the next one, in percent. */
const growthPercent = 150;

/**
 * Lets the collector of garbage wait with what is old, and not with what is young. Rows, frames and bodies are bytes
 * outside the heap of V8, which is small beside them: it takes each few megabytes of them for a reason to go through all
 * of the heap again, and a third of an import's CPU time was that. Some tens of megabytes more at a time spare nearly all
 * of it. The space for young objects stays as it is when the service starts, a few megabytes: on a large machine it would
 * grow to ten times as much, and all bytes that its dead objects hold would lie about that much longer.
 */
export function giveHeapRoom(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  setFlagsFromString("--semi-space-growth-factor=1");
}
