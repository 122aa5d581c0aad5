import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Has the collector of garbage look at the objects that are young, or at all. */
type Collect = (objects: "young" | "all") => void;

/** A look at the young objects takes about a millisecond. */
const bytesPerLook = 8 * 1024 * 1024;
/** A look at all objects takes some tens of milliseconds. */
const growthPerFullLook = 24 * 1024 * 1024;

let noteHere: ((bytes: number) => void) | undefined;

/**
 * Tells of bytes that came, of which nobody will know soon. They lie in memory outside the heap until the collector of
 * garbage looks at the young objects, which it does when these fill their space: the less garbage there is beside such
 * bytes, the later. Until then they pile up, and make it go through the whole heap instead, again and again. So it is
 * asked to look each time that so many have passed. A few of them are held by objects that grew old meanwhile: when so
 * much more has gathered outside the heap, it is asked to look at all.
 */
export function notePassed(bytes: number): void {
  noteHere ??= passedBytes(collector(), () => getHeapStatistics().external_memory);
  noteHere(bytes);
}

/** `outside` answers the bytes outside the heap that objects hold, dead ones among them. */
export function passedBytes(collect: Collect, outside: () => number): (bytes: number) => void {
  let passed = 0;
  /** Outside the heap when all objects were looked at last, and undefined until that shows. */
  let standing: number | undefined = 0;
  return (bytes) => {
    passed += bytes;
    if (passed < bytesPerLook) return;
    passed = 0;
    // What the last full look found is given back beside the work, so its effect shows by now.
    standing ??= outside();
    const isFull = outside() - standing > growthPerFullLook;
    if (isFull) standing = undefined;
    collect(isFull ? "all" : "young");
  };
}

/** The flag is for this context alone: nobody else finds a collector to call. */
function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  setFlagsFromString("--no-expose-gc");
  // A runtime that hands out none still moves bytes.
  if (typeof gc !== "function") return () => undefined;
  return (objects) => void gc({ type: objects === "all" ? "major" : "minor" });
}
