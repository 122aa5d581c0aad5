import type { RecordLines } from "../domain/recordLines.ts";

/**
 * Knows the records of an entity, as they stand at one moment, well enough to hold back those of a file that would change
 * nothing: they need not be staged, sorted and met with what is stored.
 */
export interface Sieve {
  /** The entity's last commit that it knows; what it held back is unchanged as long as no other follows. */
  readonly seq: number;
  /** How many of these lines are stored as they stand. Nothing is held back by it. */
  countStored(lines: RecordLines): number;
  /** The lines that are not stored as they stand, in their order; good until the next call. Throws `SievedInVain`. */
  passOn(lines: RecordLines): RecordLines;
  /** How many lines were held back so far. */
  heldBack(): number;
  /** Gives its memory back; only `heldBack` may be asked afterwards. */
  close(): void;
}

/** What was held back must be looked at after all: its key came twice, or somebody else has changed the entity since. */
export class SievedInVain extends Error {
  override readonly name = "SievedInVain";
}
