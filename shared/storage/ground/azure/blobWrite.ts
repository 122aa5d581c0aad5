import { randomUUID } from "node:crypto";
import type { BlobGetPropertiesResponse, BlobRequestConditions, BlockBlobClient } from "@azure/storage-blob";
import { giveBack } from "../../../domain/giveBack.ts";
import type { BlobCondition, BlobWrite } from "../ground.ts";
import { writerName } from "../groundRules.ts";
import { blockBytes, blocksInFlight, blocksMax } from "./blobBlocks.ts";
import { unless } from "./failures.ts";
import type { Tries } from "./tries.ts";

/** The writer that a blob names while its blocks are thrown away: readers treat it as not there. */
export const discardedWriter = "discarded";

/** What the service answers to a write whose condition does not hold. */
const lostCodes = ["BlobAlreadyExists", "ConditionNotMet", "TargetConditionNotMet", "BlobNotFound"];
const attemptsMax = 3;

export interface WriteRequest {
  readonly conditions: BlobRequestConditions;
  readonly metadata: Record<string, string>;
  readonly abortSignal: AbortSignal;
}

/** A blob and how requests to it are sent. */
export interface BlobTarget {
  readonly client: BlockBlobClient;
  readonly send: Tries;
}

type SendWrite = (request: WriteRequest) => Promise<{ etag?: string }>;

/** One Put Blob. */
export async function putWhole(target: BlobTarget, bytes: Uint8Array, write: BlobWrite): Promise<string | undefined> {
  return writeOnce(target, write, async (request) => target.client.upload(bytes, bytes.length, request));
}

/**
 * Puts the blocks and commits them under the condition; full ones go to `spare` when they were sent. When the source or
 * the service fails, what was put is thrown away. What cannot be true any more is noticed before the first block is
 * sent; the source is read to its end then.
 */
export async function putBlocks(
  target: BlobTarget,
  blocks: AsyncIterable<Uint8Array>,
  write: BlobWrite,
  spare: Uint8Array[],
): Promise<{ readonly etag: string; readonly sizeBytes: number } | undefined> {
  if (!(await mayHold(target, write.condition))) {
    for await (const block of blocks) void block;
    return undefined;
  }
  try {
    const staged = await stageBlocks(target, blocks, spare);
    const etag = await writeOnce(target, write, async (request) =>
      target.client.commitBlockList([...staged.ids], request),
    );
    if (etag === undefined) await discardBlocks(target);
    return etag === undefined ? undefined : { etag, sizeBytes: staged.sizeBytes };
  } catch (error) {
    await discardBlocks(target);
    throw error;
  }
}

async function stageBlocks(
  { client, send }: BlobTarget,
  blocks: AsyncIterable<Uint8Array>,
  spare: Uint8Array[],
): Promise<{ readonly ids: readonly string[]; readonly sizeBytes: number }> {
  // Own ids keep apart the blocks of two streams to one name; all ids of a blob have one length.
  const upload = randomUUID();
  const ids: string[] = [];
  const inFlight = new Set<Promise<unknown>>();
  let sizeBytes = 0;
  try {
    for await (const block of blocks) {
      if (ids.length >= blocksMax) throw new RangeError(`The blob "${client.name}" has more than ${blocksMax} blocks.`);
      const id = Buffer.from(`${upload}-${String(ids.length).padStart(5, "0")}`).toString("base64");
      ids.push(id);
      sizeBytes += block.length;
      // Without a checksum of its own: TLS lets no damage through, and an MD5 took a tenth of an import's time.
      const staging = send((abortSignal) => client.stageBlock(id, block, block.length, { abortSignal }))
        .then(() => (block.length === blockBytes ? spare.push(block) : giveBack(block)))
        .finally(() => inFlight.delete(staging));
      // The first failure is met by the race or by the wait for all; the others must not go unhandled.
      staging.catch(() => undefined);
      inFlight.add(staging);
      if (inFlight.size >= blocksInFlight) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  } finally {
    await Promise.allSettled(inFlight);
  }
  return { ids, sizeBytes };
}

/**
 * Throws uncommitted blocks away by committing none of them where nothing stands, and removing that. Where a blob
 * stands it is not touched: the service drops the blocks at its next write, or after a week.
 */
async function discardBlocks({ client, send }: BlobTarget): Promise<void> {
  try {
    const conditions = { ifNoneMatch: "*" };
    const metadata = { [writerName]: discardedWriter };
    const { etag } = await send((abortSignal) => client.commitBlockList([], { conditions, metadata, abortSignal }));
    if (etag) await send((abortSignal) => client.delete({ conditions: { ifMatch: etag }, abortSignal }));
  } catch {
    // Nobody sees uncommitted blocks, and the failure that led here matters more than the one to tidy up.
  }
}

/** Sends a conditional write and recognises it as done when it took at an earlier try whose answer was lost. */
async function writeOnce(target: BlobTarget, write: BlobWrite, sendWrite: SendWrite): Promise<string | undefined> {
  const writer = randomUUID();
  const metadata = { ...write.metadata, [writerName]: writer };
  let condition = write.condition;
  for (let attempts = 1; attempts <= attemptsMax; attempts += 1) {
    const conditions = toConditions(condition);
    const answer = await unless(lostCodes, async () =>
      target.send(async (abortSignal) => sendWrite({ conditions, metadata, abortSignal })),
    );
    if (answer) return requireEtag(target, answer.etag);
    const standing = await findStanding(target);
    if (standing?.writer === writer) return standing.etag;
    if (write.condition !== "new" || (standing && standing.writer !== discardedWriter)) return undefined;
    // What stood in the way was thrown away meanwhile, or is about to be: nothing stands there for anybody.
    condition = standing ? { etag: standing.etag } : "new";
  }
  throw new Error(`The blob "${target.client.name}" came and went ${attemptsMax} times while it was written.`);
}

async function mayHold(target: BlobTarget, condition: BlobCondition): Promise<boolean> {
  if (condition === "any") return true;
  const standing = await findStanding(target);
  if (condition === "new") return standing === undefined || standing.writer === discardedWriter;
  return standing?.etag === condition.etag;
}

async function findStanding(target: BlobTarget): Promise<{ etag: string; writer: string } | undefined> {
  const found = await findProperties(target);
  return found && { etag: found.etag ?? "", writer: found.metadata?.[writerName] ?? "" };
}

export async function findProperties({ client, send }: BlobTarget): Promise<BlobGetPropertiesResponse | undefined> {
  return unless(["BlobNotFound"], async () => send((abortSignal) => client.getProperties({ abortSignal })));
}

function toConditions(condition: BlobCondition): BlobRequestConditions {
  if (condition === "any") return {};
  return condition === "new" ? { ifNoneMatch: "*" } : { ifMatch: condition.etag };
}

function requireEtag({ client }: BlobTarget, etag: string | undefined): string {
  if (etag === undefined) throw new Error(`The blob "${client.name}" was written and has no ETag.`);
  return etag;
}
