import type { StartPace } from "../../ports/pace.ts";
import type { Blobs } from "../ground/ground.ts";

const megabyte = 1024 * 1024;
const day = 24 * 60 * 60 * 1000;

/** Every size and number that the entity store lives by; tests shrink them so that merges happen early. */
export interface EntityStoreLimits {
  /** Uncompressed text of a frame, the smallest piece that is read. */
  readonly frameBytes: number;
  /** Compressed size at which a segment is cut. */
  readonly segmentBytes: number;
  /** Compressed bytes that all open layers of one read may hold together. */
  readonly readAheadBytes: number;
  /** A batch of records that is read has at most so many, or a few more bytes. */
  readonly batchRecords: number;
  readonly batchBytes: number;
  readonly footersMax: number;
  /** A layer that a commit takes into its own whatever the others are. */
  readonly tinyLayerBytes: number;
  /** A larger layer is no commit's to merge. */
  readonly smallLayerBytes: number;
  /** A segment whose frames are smaller is read at once, not by its footer and frames. */
  readonly wholeSegmentBytes: number;
  /** An entity of more lines is not held in memory by its hashes, of which each takes 17 bytes. */
  readonly sievedLinesMax: number;
  /** With more of them the upkeep merges small layers as well. */
  readonly layersMax: number;
  /** Layers that a reader has to merge at most: with so many a commit takes large ones, too. */
  readonly fanInMax: number;
  /** A layer that is replaced when it is no older is garbage by its age alone. */
  readonly youngLayerMs: number;
  /** Commits that the manifest itself remembers; older ones stand in a blob each. */
  readonly recentCommitsMax: number;
  readonly attemptsMax: number;
  /** After so many lost races a writer asks the others to wait for it. */
  readonly lossesBeforeReserving: number;
  readonly reservationMsMax: number;
  /** A commit that took longer gives up; younger segments without a manifest are never garbage. */
  readonly commitMsMax: number;
  /** Far longer than a commit takes, so that whoever was revoked learns of it. */
  readonly revocationRetentionMs: number;
  /** What a manifest remembers at most, after a storm of crashes: the newest. */
  readonly revocationsMax: number;
  readonly commitRetentionMs: number;
}

export const entityStoreLimits: EntityStoreLimits = {
  frameBytes: 256 * 1024,
  segmentBytes: 64 * megabyte,
  readAheadBytes: 8 * megabyte,
  batchRecords: 1000,
  batchBytes: 256 * 1024,
  footersMax: 128,
  tinyLayerBytes: 8 * 1024,
  smallLayerBytes: 4 * megabyte,
  wholeSegmentBytes: 64 * 1024,
  sievedLinesMax: 1_400_000,
  layersMax: 8,
  fanInMax: 32,
  youngLayerMs: 6 * 60 * 60 * 1000,
  recentCommitsMax: 64,
  attemptsMax: 12,
  lossesBeforeReserving: 2,
  reservationMsMax: 10 * 60 * 1000,
  commitMsMax: 2 * 60 * 60 * 1000,
  revocationRetentionMs: day,
  revocationsMax: 1000,
  commitRetentionMs: 90 * day,
};

/** What every part of the store needs: the container, time and chance, and the limits. */
export interface StoreGround {
  readonly blobs: Blobs;
  readonly now: () => number;
  /** A name that was never given before. */
  readonly newId: () => string;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly wait: (durationMs: number) => Promise<void>;
  readonly startPace: StartPace;
  readonly limits: EntityStoreLimits;
}
