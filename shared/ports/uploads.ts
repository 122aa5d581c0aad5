import type { Arrival, BlockUpload } from "../domain/blockUpload.ts";
import type { PackageRoom } from "../domain/packageRoom.ts";

/** What is left of an upload, by which it is cleared away. */
export type UploadTrace = Pick<BlockUpload, "id" | "activityId" | "fileId" | "until">;

/** Files that come in blocks, straight into storage. */
export interface Uploads {
  /** False when the job has an upload of this id. */
  reserve(upload: BlockUpload | PackageRoom): Promise<boolean>;
  find(activityId: string, uploadId: string): Promise<BlockUpload | undefined>;
  /** The room that an address leads to; undefined for one that none was given out under. */
  findRoom(address: string): Promise<PackageRoom | undefined>;
  /** Under which anybody may put the bytes of this upload until then, and reach nothing else. */
  addressOf(upload: UploadTrace, until: number): Promise<string>;
  /** All bytes, or `length` from `offset`, of what stands there; throws `notFound` when nothing does. */
  read(upload: UploadTrace, offset?: number, length?: number): AsyncIterable<Uint8Array>;
  look(upload: UploadTrace): Promise<Arrival>;
  /** Puts blocks together, in this order; the version that came of it, or undefined when one of them is gone. */
  join(upload: UploadTrace, blockIds: readonly string[]): Promise<string | undefined>;
  /**
   * Copies that version to the payload of a message that is to be, where no address leads; undefined when what came in is
   * another version by now. Throws `Unavailable` when that takes too long.
   */
  keepAs(upload: UploadTrace, etag: string, messageId: string): Promise<{ readonly sizeBytes: number } | undefined>;
  /** Removes the bytes alone. */
  clear(upload: UploadTrace): Promise<void>;
  /** Removes the bytes and what is known of the upload. A trace stays for the sweep, as long as addresses lead to it. */
  giveUp(upload: UploadTrace): Promise<void>;
  /** Traces of those whose time was over before then, the oldest first; costs what is there. */
  listOver(before: number, limit: number): Promise<readonly UploadTrace[]>;
  /** As `giveUp`, with the trace. An upload that was reserved under the id since stays. */
  remove(upload: UploadTrace): Promise<void>;
}
