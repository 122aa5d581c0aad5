import type { Cost } from "../cost.ts";

/** A database that does the same work on the same file, in processes of its own. */
export interface Peer {
  readonly name: string;
  /** Upserts the records of a CSV file by their key and marks them with the version; throws when it took not `records`. */
  importFile(file: string, version: number, records: number): Promise<Cost>;
  /** Writes the records of a later version as CSV in order of keys; throws when there are not `records`. */
  exportFile(afterVersion: number, records: number): Promise<Cost>;
  stop(): Promise<void>;
}

export function requireRecords(peer: string, done: number, records: number): void {
  if (done !== records) throw new Error(`${peer} took ${done} of ${records} records.`);
}
