/** A part of a blob that was put by itself, under an id of its sender's. */
export interface PutBlock {
  readonly id: string;
  readonly sizeBytes: number;
  /** It is a part of the blob as that stands; one that is not waits to be joined. */
  readonly isJoined: boolean;
}

/** What stands under a name to which others may write. */
export interface Arrived {
  /** The blob that somebody made there. */
  readonly blob?: { readonly etag: string; readonly sizeBytes: number };
  /** Of one id the block that was put last. */
  readonly blocks: readonly PutBlock[];
}

type Metadata = Readonly<Record<string, string>>;

export interface CopySource {
  readonly container: string;
  readonly name: string;
  readonly etag: string;
}

/**
 * How bytes come into a container past this service, by an address that is a key to one name alone. Whoever has the address
 * may write there until it ends, so what others rely on is copied away.
 */
export interface Valet {
  /**
   * Under this address the blob is read until then, or blocks of it are put, or all of it; who has the one may not do the
   * other, and it opens nothing else. What is read under it comes with that Content-Disposition.
   */
  address(name: string, may: "read" | "write", until: number, disposition?: string): Promise<string>;
  /** The name in this container that an address is of, whatever it is signed with; undefined for any other address. */
  nameBehind(address: string): string | undefined;
  look(name: string): Promise<Arrived>;
  /** Makes the blob of these blocks, in this order; its ETag, or undefined when one of them is not there. */
  join(name: string, ids: readonly string[]): Promise<string | undefined>;
  /**
   * Copies that version within the store under a name of this container; undefined when it is not there any more, or the
   * name is taken. Throws `Unavailable` when the store takes too long.
   */
  copy(source: CopySource, name: string, metadata: Metadata): Promise<{ readonly sizeBytes: number } | undefined>;
  /** Removes whatever stands under the name: blob, blocks and locks. */
  clear(name: string): Promise<void>;
}
