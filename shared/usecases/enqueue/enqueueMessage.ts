import { DomainError } from "../../domain/errors.ts";
import { acceptMessage } from "../../domain/inboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { chooseEntityAndCompany, checkStart, checkStoredPackage } from "./checkUpload.ts";
import { claimKey, keepKey, releaseKey, settleKey } from "./idempotentEnqueue.ts";
import { type MeasuredBody, measureBody, tooLarge } from "../sources/measuredBody.ts";

export interface Upload {
  readonly applicationId: string;
  readonly entity: string | undefined;
  readonly company: string | undefined;
  readonly externalIdentifier: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly declaredBytes: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What an accepted message knows of its upload before the first byte was read. */
interface Envelope {
  readonly entity?: string;
  readonly company?: string;
  readonly externalIdentifier?: string;
}

/** One enqueue on its way: what it was asked for, and what it has claimed so far. */
interface Enqueue {
  readonly ports: Ports;
  readonly job: RecurringJob;
  readonly upload: Upload;
  readonly envelope: Envelope;
  readonly body: MeasuredBody;
  readonly messageId: string;
  /** Keys that stand for this message from now on, unless it fails. */
  readonly keys: string[];
  /** Set before the commit point: from then on a failure may have been a success whose answer was lost. */
  isCommitting: boolean;
}

/**
 * Stores the body and puts its message in the job's line; answers the message id. The insert of the message is the
 * commit point: before it nothing counts, and whatever fails leaves nothing behind.
 */
export async function enqueueMessage(ports: Ports, job: RecurringJob, upload: Upload): Promise<string> {
  if ((upload.declaredBytes ?? 0) > ports.settings.bodyBytesMax) throw tooLarge(ports.settings.bodyBytesMax);
  const { externalIdentifier, idempotencyKey, declaredBytes } = upload;
  const envelope: Envelope = {
    ...(await chooseEntityAndCompany(ports, job, upload)),
    ...(externalIdentifier === undefined ? {} : { externalIdentifier }),
  };
  const body = measureBody(upload.body, {
    sizeBytesMax: ports.settings.bodyBytesMax,
    declaredBytes,
    checkStart: (start) => checkStart(job, start),
  });
  const enqueue: Enqueue = {
    ports,
    job,
    upload,
    envelope,
    body,
    messageId: ports.ids.next(),
    keys: [],
    isCommitting: false,
  };
  if (idempotencyKey === undefined) return orUndo(enqueue, () => accept(enqueue));
  const key = `key:${idempotencyKey}`;
  const claimed = await claimKey(ports, job.activityId, key, { messageId: enqueue.messageId });
  if (claimed.kind === "taken") return sameBody(body, claimed);
  enqueue.keys.push(key);
  return orUndo(enqueue, () => accept(enqueue));
}

async function sameBody(body: MeasuredBody, taken: { readonly messageId: string; readonly sha256: string }) {
  for await (const _ of body.bytes);
  if (body.facts().sha256 === taken.sha256) return taken.messageId;
  const message = "This Idempotency-Key was used for another body. Use a new key for a new file.";
  throw new DomainError("unprocessable", message);
}

/**
 * Leaves nothing of an enqueue that failed before its commit. One that failed in it may take effect yet: it keeps its
 * payload, which the sweep for orphans removes if no message comes, and its keys, which a repeat then finds.
 */
async function orUndo(enqueue: Enqueue, work: () => Promise<string>): Promise<string> {
  const { ports, job, messageId, keys } = enqueue;
  try {
    return await work();
  } catch (error) {
    if (enqueue.isCommitting) throw error;
    await ports.files.remove("inbound", messageId);
    for (const key of keys) await releaseKey(ports, job.activityId, key, messageId);
    throw error;
  }
}

async function accept(enqueue: Enqueue): Promise<string> {
  const { ports, job, body, messageId, keys } = enqueue;
  const stored = await ports.files.store("inbound", messageId, body.bytes, job.activityId);
  if (!stored) throw new Error(`Payload ${messageId} is there already, though its id is new.`);
  if (job.source === "package") await checkStoredPackage(ports, messageId);
  const first = await findDuplicate(enqueue);
  if (first === undefined) await commit(enqueue);
  else await ports.files.remove("inbound", messageId);
  for (const key of keys) await settleKey(ports, job.activityId, key, first ?? messageId, body.facts().sha256);
  return first ?? messageId;
}

async function commit(enqueue: Enqueue): Promise<void> {
  const { ports, job, upload, envelope, body, messageId, keys } = enqueue;
  for (const key of keys) await keepKey(ports, job.activityId, key, messageId);
  enqueue.isCommitting = true;
  const message = acceptMessage({
    id: messageId,
    activityId: job.activityId,
    order: messageId,
    enqueuedAt: ports.clock.now(),
    applicationId: upload.applicationId,
    ...envelope,
    ...body.facts(),
  });
  await ports.messages.insertInbound(message, job.isOrdered ? "ordered" : "unordered");
  const { activityId, direction, sizeBytes } = message;
  ports.log.info("message.enqueued", { activityId, messageId, direction, sizeBytes });
}

/** The message that the same file became within the job's window; the external identifier alone never decides. */
async function findDuplicate({ ports, job, upload, body, messageId, keys }: Enqueue): Promise<string | undefined> {
  if (job.duplicateWindowMinutes === 0 || upload.externalIdentifier === undefined) return undefined;
  const key = `file:${body.facts().sha256}:${upload.externalIdentifier}`;
  const windowMs = job.duplicateWindowMinutes * 60_000;
  const claimed = await claimKey(ports, job.activityId, key, { messageId, windowMs });
  if (claimed.kind === "taken") return claimed.messageId;
  keys.push(key);
  return undefined;
}
