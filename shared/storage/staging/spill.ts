import type { Frame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";

/** Lines in ascending key order that went out of memory, for as long as one sort takes. */
export interface Spill {
  readonly isLocal: boolean;
  /** What the lines take unpacked. */
  readonly textBytes: number;
  /** To be read from the start; the reader holds one range of so many bytes, or a frame, and has another one under way. */
  part(rangeBytesMax: number): LinePart;
  /** May be asked again. A local one is gone even when this fails. */
  remove(): Promise<void>;
}

/** Where spills may lie. `textBytes` is the most that the frames hold; undefined where there is no room for them, or no more. */
export type SpillRoom = (frames: () => AsyncIterable<Frame>, textBytes: number) => Promise<Spill | undefined>;
