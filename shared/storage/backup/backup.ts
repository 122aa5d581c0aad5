/**
 * What a backup is made of, wherever it lies. Rows and what changes in place are lines of JSON; what is written once is
 * kept as it is, under its container and name.
 */
import type { RowValues } from "../ground/ground.ts";
import type { containerNames, tableNames } from "../ground/names.ts";

/** The form of backups that this program writes, and the only one so far. */
export const backupForm = 1;

export type Container = (typeof containerNames)[keyof typeof containerNames];

/**
 * Left out are leases, claims, the lists of all jobs and whatever else follows from these rows, and uploads that have not
 * come to their end: their blocks cannot be read, and their addresses are the other account's.
 */
export type KeptTable = (typeof tableNames)[Exclude<
  keyof typeof tableNames,
  "leases" | "claims" | "lists" | "uploads"
>];

/** A group of lines: the rows of a table, or the blobs that change in place; `pins` are notes while a backup is taken. */
export type Section = KeptTable | "documents" | "pins";

export interface RowLine {
  readonly p: string;
  readonly k: string;
  readonly v: RowValues;
  /** Of the progress of a job: the messages that held it up while the backup was taken. */
  readonly blockers?: readonly string[];
}

export interface DocumentLine {
  readonly container: Container;
  readonly name: string;
  /** In base64. */
  readonly bytes: string;
}

export interface KeptBlob {
  readonly container: Container;
  readonly name: string;
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A blob whose bytes are here. */
export interface BroughtBlob extends KeptBlob {
  readonly sha256: string;
  /** An earlier backup had it. */
  readonly isReused: boolean;
}

/** What stands in a backup for people and for who restores it. */
export interface BackupFacts {
  readonly id: string;
  /** The version of the program that took it. */
  readonly version: string;
  /** All that was answered before then is in it. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly documents: number;
  readonly blobs: number;
  readonly blobBytes: number;
  /** Of `blobs`, those that an earlier backup had already. */
  readonly reusedBlobs: number;
  /** Files that their messages name and storage had no more. */
  readonly missing: readonly string[];
}

export interface LineWriter {
  write(line: object): Promise<void>;
  end(): Promise<void>;
}

/** Where a backup is written to. Nothing that was written counts before `finish`. */
export interface BackupWriter {
  begin(section: Section): Promise<LineWriter>;
  /** What was written to a section that has ended, which may be written once more then. */
  readBack(section: Section): AsyncIterable<unknown>;
  /** Brings the bytes here, unless they are; undefined when there is no such blob. It counts when it is noted. */
  keep(blob: KeptBlob, open: () => Promise<AsyncIterable<Uint8Array> | undefined>): Promise<BroughtBlob | undefined>;
  note(blob: BroughtBlob): Promise<void>;
  finish(facts: BackupFacts): Promise<void>;
}

/** A whole backup. What does not have the checksum that was noted throws. */
export interface BackupReader {
  readonly facts: BackupFacts;
  read(section: Section): AsyncIterable<unknown>;
  blobs(): AsyncIterable<BroughtBlob>;
  /** The bytes of a blob; throws at their end at the latest when they are others than those that were kept. */
  open(blob: BroughtBlob): AsyncIterable<Uint8Array>;
}

/** How far it has come, for people. */
export interface Going {
  readonly rows: number;
  readonly blobs: number;
  readonly bytes: number;
}
export type TellGoing = (going: Going) => void;
