import { isSameTarget } from "./uploadKey.ts";

/** What a client says of a file that it will send in blocks. */
export interface BlockUploadFacts {
  readonly sizeBytes: number;
  /** May be told as late as the commit. */
  readonly sha256?: string;
  readonly entity?: string;
  readonly company?: string;
  readonly externalIdentifier?: string;
}

/** A file that comes in blocks, straight into storage. It is no message, and nobody waits for it, before it is committed. */
export interface BlockUpload extends BlockUploadFacts {
  readonly id: string;
  readonly activityId: string;
  /** Under which its bytes come in: what is left of an upload that ended is never mistaken for the next one's. */
  readonly fileId: string;
  readonly applicationId: string;
  readonly idempotencyKey?: string;
  readonly reservedAt: number;
  /** Bytes come in until then. */
  readonly until: number;
}

/** What has come in under the address of an upload, from whoever has it. */
export interface Arrival {
  readonly blob?: { readonly etag: string; readonly sizeBytes: number };
  readonly blocks: readonly { readonly id: string; readonly sizeBytes: number; readonly isJoined: boolean }[];
}

/** Block numbers, both ends included. */
export interface BlockSpan {
  readonly from: number;
  readonly through: number;
}

/** Whole as it stands, whole once its blocks are joined, or not whole. */
export type Wholeness =
  | { readonly kind: "whole"; readonly etag: string }
  | { readonly kind: "blocks"; readonly ids: readonly string[] }
  | { readonly kind: "missing"; readonly receivedBlocks: number; readonly missing: readonly BlockSpan[] };

/** Every block but the last one has this size. Storage takes 50,000 of them, far more than an upload may have. */
export const blockBytes = 8 * 1024 * 1024;
const idDigits = 6;
const spansMax = 1000;

export function blockCountOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / blockBytes);
}

/** The id of a block by its number, from 0: six digits in base64, since storage wants ids of one length. */
export function blockIdOf(index: number): string {
  return btoa(String(index).padStart(idDigits, "0"));
}

/**
 * What is to be done with what came in. A blob that its sender put together, by whatever ids, is taken as it is when it has
 * the size that was told; else the numbered blocks count, and one of another size than it must have is missing.
 */
export function wholenessOf({ sizeBytes }: BlockUploadFacts, { blob, blocks }: Arrival): Wholeness {
  if (blob?.sizeBytes === sizeBytes && blocks.every(({ isJoined }) => isJoined))
    return { kind: "whole", etag: blob.etag };
  const arrived = new Map(blocks.map((block) => [block.id, block.sizeBytes]));
  const count = blockCountOf(sizeBytes);
  const ids: string[] = [];
  const missing: BlockSpan[] = [];
  for (let index = 0; index < count; index++) {
    const id = blockIdOf(index);
    const wanted = Math.min(blockBytes, sizeBytes - index * blockBytes);
    if (arrived.get(id) === wanted) ids.push(id);
    else if (missing.at(-1)?.through === index - 1) missing.push({ from: missing.pop()!.from, through: index });
    else missing.push({ from: index, through: index });
  }
  if (missing.length === 0) return { kind: "blocks", ids };
  return { kind: "missing", receivedBlocks: ids.length, missing: missing.slice(0, spansMax) };
}

/** Whether somebody who repeats a reservation means the same file. What only one of the two says is no difference. */
export function isSameUpload(one: BlockUploadFacts, other: BlockUploadFacts): boolean {
  const isSameHash = one.sha256 === undefined || other.sha256 === undefined || one.sha256 === other.sha256;
  const isSameName = one.externalIdentifier === other.externalIdentifier;
  return one.sizeBytes === other.sizeBytes && isSameHash && isSameName && isSameTarget(one, other);
}
