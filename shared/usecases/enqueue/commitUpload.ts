import { type BlockUpload, type BlockSpan, wholenessOf } from "../../domain/blockUpload.ts";
import { DomainError } from "../../domain/errors.ts";
import { keyBeatMs } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import { whileBeating } from "../../ports/whileBeating.ts";
import { type Enqueue, requireSameUpload, takeKey } from "./acceptUpload.ts";
import { keepKey } from "./holdKey.ts";
import { type OpenBacklog, judgeBy } from "./openBacklog.ts";
import { judgeRequest, judgeStart, storeAndAccept } from "./storeAndAccept.ts";
import { findUploadStanding, keyOf, uploadOver } from "./uploadStanding.ts";

export interface UploadCommit {
  readonly applicationId: string;
  readonly uploadId: string;
  /** Where the reservation did not say it. */
  readonly sha256: string | undefined;
}

/**
 * Makes a message of an upload whose bytes are all there; answers its id, the same one however often it is asked. What is
 * asked of an enqueue is asked here. The bytes are copied within storage to where no address leads, and are read for their
 * hash when they are imported.
 */
export async function commitUpload(ports: Ports, backlog: OpenBacklog, commit: UploadCommit): Promise<string> {
  const { activityId } = backlog;
  const upload = await ports.uploads.find(activityId, commit.uploadId);
  // What was committed and cleared away is answered as it stands, or as unknown.
  if (!upload) return requireCommitted(ports, activityId, commit.uploadId);
  const enqueue = await beginCommit(ports, backlog, upload, commit);
  const taken = await takeKey(ports, enqueue);
  if (taken) return requireSameUpload({ ...enqueue, sha256: enqueue.body.facts().sha256 }, taken);
  const accepted = await storeAndAccept(ports, enqueue, () => storeUpload(ports, enqueue, upload));
  await clear(ports, upload);
  return accepted;
}

async function requireCommitted(ports: Ports, activityId: string, uploadId: string): Promise<string> {
  const standing = await findUploadStanding(ports, activityId, uploadId);
  if (standing.state === "committed") return standing.messageId;
  throw new DomainError("conflict", "The upload was reserved this moment. Send its bytes first.");
}

async function beginCommit(
  ports: Ports,
  backlog: OpenBacklog,
  upload: BlockUpload,
  commit: UploadCommit,
): Promise<Enqueue> {
  const { activityId, sizeBytes, entity, company, externalIdentifier } = upload;
  const facts = { sizeBytes, sha256: chooseHash(upload, commit), isUnproven: true } as const;
  const request = { applicationId: commit.applicationId, entity, company, externalIdentifier };
  const judged = await judgeBy(await backlog.reopen(), (by) => judgeRequest(ports, by, request));
  const messageId = ports.ids.next();
  const executionId = ports.ids.random();
  return {
    activityId,
    executionId,
    request,
    key: keyOf(upload),
    body: { facts: () => facts },
    messageId,
    ...judged,
    isInDoubt: false,
  };
}

function chooseHash({ sha256: reserved }: BlockUpload, { sha256: committed }: UploadCommit): string {
  const chosen = reserved ?? committed;
  if (chosen === undefined) throw hashError("Send the SHA-256 of the file, with the reservation or with the commit.");
  if (committed === undefined || committed === chosen) return chosen;
  throw hashError("The reservation was made for a file with another SHA-256.");
}

function hashError(message: string): DomainError {
  return new DomainError("invalid", `sha256: ${message}`, [{ path: "sha256", message }]);
}

async function storeUpload(ports: Ports, enqueue: Enqueue, upload: BlockUpload): Promise<void> {
  if (ports.clock.now() >= upload.until) throw uploadOver(upload.until);
  const { messageId } = enqueue;
  const etag = await makeWhole(ports, upload);
  const kept = await whileKeyBeats(ports, enqueue, () => ports.uploads.keepAs(upload, etag, messageId));
  if (kept?.sizeBytes !== upload.sizeBytes) throw changedMeanwhile();
  await judgeStart(ports, enqueue, await startOf(ports, messageId));
}

async function makeWhole(ports: Ports, upload: BlockUpload): Promise<string> {
  const wholeness = wholenessOf(upload, await ports.uploads.look(upload));
  if (wholeness.kind === "missing") throw notWhole(wholeness.missing);
  if (wholeness.kind === "whole") return wholeness.etag;
  const joined = await ports.uploads.join(upload, wholeness.ids);
  if (joined === undefined) throw changedMeanwhile();
  return joined;
}

const shownSpans = 10;

function notWhole(missing: readonly BlockSpan[]): DomainError {
  const spans = missing.map(({ from, through }) => (from === through ? `${from}` : `${from} to ${through}`));
  const more = spans.length > shownSpans ? ", and others" : "";
  const message = `Blocks are missing or have the wrong size: ${spans.slice(0, shownSpans).join(", ")}${more}. Send them, and commit again.`;
  return new DomainError("conflict", message);
}

function changedMeanwhile(): DomainError {
  return new DomainError(
    "conflict",
    "The blocks changed while they were put together. End all sending, and commit again.",
  );
}

const startBytes = 256;

async function startOf(ports: Ports, messageId: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of ports.files.read("inbound", messageId, 0, startBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A copy gives no sign of life by itself. */
function whileKeyBeats<T>(ports: Ports, enqueue: Enqueue, work: () => Promise<T>): Promise<T> {
  const keep = async (): Promise<void> => {
    if (enqueue.held) enqueue.held = await keepKey(ports, enqueue.held);
  };
  const notKept = (error: unknown): void => {
    const reason = error instanceof Error ? error.name : "unknown";
    ports.log.warn("lease.notKept", { messageId: enqueue.messageId, reason });
  };
  return whileBeating(keyBeatMs, keep, notKept, work);
}

/** The message is in: what is left is for the sweep where it is not cleared away at once. */
async function clear(ports: Ports, upload: BlockUpload): Promise<void> {
  try {
    await ports.uploads.clear(upload);
  } catch (error) {
    const { activityId } = upload;
    ports.log.error("upkeep.failed", { part: "clearUpload", activityId }, error);
  }
}
