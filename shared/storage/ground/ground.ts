/**
 * The ground that every store stands on: tables, blobs and queues in the few operations that the service needs.
 * `azure/` answers it with the SDKs and `memory/` in code; each noun's store is written once, on this.
 * A lost race or an absent thing is an ordinary answer (undefined or false); everything else throws.
 */
import type { Valet } from "./valet.ts";

export type RowValue = string | number | boolean;
export type RowValues = Readonly<Record<string, RowValue>>;

export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly values: RowValues;
}

/** One step of a transaction. `replace` and `remove` without an ETag take whatever stands there. */
export type RowChange =
  | { readonly kind: "insert"; readonly rowKey: string; readonly values: RowValues }
  | { readonly kind: "replace"; readonly rowKey: string; readonly values: RowValues; readonly etag?: string }
  | { readonly kind: "upsert"; readonly rowKey: string; readonly values: RowValues }
  | { readonly kind: "remove"; readonly rowKey: string; readonly etag?: string };

/** The ETag of each row that a transaction wrote, in its order; none for a removed row, or where the answer was lost. */
export type NewEtags = readonly (string | undefined)[];

export interface RowRange {
  /** Inclusive lower and exclusive upper bound of the row key. */
  readonly from?: string;
  readonly below?: string;
  readonly limit: number;
  readonly continuation?: string;
}

export interface RowPage {
  readonly rows: readonly Row[];
  readonly continuation?: string;
}

export interface Table {
  find(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** The new ETag, or undefined when a row with these keys exists (a repeat of our own lost insert is not a conflict). */
  insert(partitionKey: string, rowKey: string, values: RowValues): Promise<string | undefined>;
  /** The new ETag, or undefined when the row is gone or somebody else wrote first. */
  replace(partitionKey: string, rowKey: string, values: RowValues, etag: string): Promise<string | undefined>;
  /** False when the row is gone or, with an ETag, somebody else wrote first. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean>;
  /** All changes or none, at most 100, in one partition; undefined when a row stood in the way, was gone or had another ETag. */
  transact(partitionKey: string, changes: readonly RowChange[]): Promise<NewEtags | undefined>;
  /** Rows of one partition in row key order, at most `limit`; a continuation when there may be more. */
  list(partitionKey: string, range: RowRange): Promise<RowPage>;
  /** The first partition key behind this one that has rows, for who looks at everything; undefined behind the last. */
  nextPartition(after: string): Promise<string | undefined>;
}

/** `new`: only where nothing stands; an ETag: only over that version; `any`: whatever stands there. */
export type BlobCondition = "new" | "any" | { readonly etag: string };

export interface BlobFacts {
  readonly sizeBytes: number;
  readonly etag: string;
  /** When this version of it was written, in whole seconds. */
  readonly createdAt: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface BlobItem extends BlobFacts {
  readonly name: string;
}

export interface BlobWrite {
  readonly condition: BlobCondition;
  /** Keys are lower-case letters; values printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Blobs {
  /** The new ETag, or undefined when the condition does not hold. */
  put(name: string, bytes: Uint8Array, write: BlobWrite): Promise<string | undefined>;
  /**
   * Stores a stream of unknown length in bounded memory; undefined when the condition does not hold, and then too the
   * source was read to its end. When the source throws, the error goes on, what stood there stays, and nothing new is
   * left behind. Two streams to one name may also end with an error for the loser.
   */
  putStream(
    name: string,
    source: AsyncIterable<Uint8Array>,
    write: BlobWrite,
  ): Promise<{ readonly etag: string; readonly sizeBytes: number } | undefined>;
  /** The whole of a small blob. */
  find(name: string): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined>;
  findFacts(name: string): Promise<BlobFacts | undefined>;
  /**
   * Streams `length` bytes from `offset` (all of them by default, none past the end); undefined when there is no such
   * blob. Fails rather than mix two versions when the blob is replaced meanwhile.
   */
  read(name: string, offset?: number, length?: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Blobs in name order, at most `limit` a page. */
  list(
    prefix: string,
    page: { readonly limit: number; readonly continuation?: string },
  ): Promise<{ readonly items: readonly BlobItem[]; readonly continuation?: string }>;
  /** False when it was not there or, with an ETag, somebody else wrote first. */
  remove(name: string, etag?: string): Promise<boolean>;
}

export interface QueueItem {
  readonly id: string;
  readonly popReceipt: string;
  readonly text: string;
  readonly dequeueCount: number;
  readonly insertedAt: number;
}

export interface Queue {
  /** Adds a message that lives until it is removed; hidden for `delayMs` first. */
  send(text: string, delayMs?: number): Promise<void>;
  /** The next visible messages, at most `count` (32), hidden from everybody else for `visibilityMs`. */
  receive(count: number, visibilityMs: number): Promise<readonly QueueItem[]>;
  /** False when the receipt is stale (somebody else received the message) or the message is gone. */
  remove(id: string, popReceipt: string): Promise<boolean>;
  /** Hides a received message for another while; the new receipt, or undefined when the receipt is stale. */
  hide(id: string, popReceipt: string, visibilityMs: number): Promise<string | undefined>;
  /** About how many messages there are, hidden ones included. */
  count(): Promise<number>;
  /** Makes the queue when it is not there: for those that somebody else reads, and misses. */
  make(): Promise<void>;
  /** Removes the queue with all that is in it. */
  drop(): Promise<void>;
}

/** Opens each by name; what does not exist yet is made at its first use. */
export interface Ground {
  table(name: string): Table;
  blobs(container: string): Blobs;
  queue(name: string): Queue;
  /** The same container as `blobs` opens, for what comes in past the service. */
  valet(container: string): Valet;
}
