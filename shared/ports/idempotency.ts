import type { KeyRecord } from "../domain/uploadKey.ts";
import type { Stored } from "./stored.ts";

/** What becomes of a key, over the record that was seen; undefined where the key was free. */
export interface KeyChange {
  readonly key: string;
  readonly seen: Stored<KeyRecord> | undefined;
  readonly next: KeyRecord;
}

/** A record as the first release kept it; the hash of the body is there once its request had ended. */
export interface EarlierKeyRecord {
  readonly messageId: string;
  readonly reservedAt: number;
  readonly sha256?: string;
}

/** The keys of a job, by which it recognises a repeated upload. */
export interface Idempotency {
  find(activityId: string, key: string): Promise<Stored<KeyRecord> | undefined>;
  /** The record as it stands now; undefined when somebody else has the key, or wrote first. */
  change(activityId: string, change: KeyChange): Promise<Stored<KeyRecord> | undefined>;
  /** Gives a key up, unless its record is another one by now. */
  remove(activityId: string, key: string, seen: Stored<KeyRecord>): Promise<void>;
  /** What the first release noted of a key. */
  findEarlier(activityId: string, key: string): Promise<EarlierKeyRecord | undefined>;
  /** Removes what was reserved earlier; at most `limit`, answers how many. */
  removeBefore(activityId: string, before: number, limit: number): Promise<number>;
}
