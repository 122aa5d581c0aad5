import { DomainError } from "../domain/errors.ts";
import { acceptMessage } from "../domain/inboundMessage.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Ports } from "../ports.ts";
import { chooseEntityAndCompany, checkStart, checkStoredPackage } from "./checkUpload.ts";
import { claimKey, settleKey } from "./idempotentEnqueue.ts";
import { type MeasuredBody, measureBody, tooLarge } from "./measuredBody.ts";

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

/**
 * Stores the body and puts its message in the job's line; answers the message id. The insert of the message is the
 * commit point: before it nothing counts, and whatever fails leaves nothing behind.
 */
export async function enqueueMessage(ports: Ports, job: RecurringJob, upload: Upload): Promise<string> {
  if ((upload.declaredBytes ?? 0) > ports.settings.bodyBytesMax) throw tooLarge(ports.settings.bodyBytesMax);
  const { externalIdentifier } = upload;
  const envelope: Envelope = {
    ...(await chooseEntityAndCompany(ports, job, upload)),
    ...(externalIdentifier === undefined ? {} : { externalIdentifier }),
  };
  const body = measureBody(upload.body, {
    sizeBytesMax: ports.settings.bodyBytesMax,
    declaredBytes: upload.declaredBytes,
    checkStart: (start) => checkStart(job, start),
  });
  if (upload.idempotencyKey === undefined) return accept(ports, job, upload, envelope, body, ports.ids.next());
  return acceptOnce(ports, job, upload, envelope, body, upload.idempotencyKey);
}

async function acceptOnce(
  ports: Ports,
  job: RecurringJob,
  upload: Upload,
  envelope: Envelope,
  body: MeasuredBody,
  key: string,
): Promise<string> {
  const name = `key:${key}`;
  const claimed = await claimKey(ports, job.activityId, name);
  if (claimed.kind === "taken") {
    for await (const _ of body.bytes);
    if (body.facts().sha256 === claimed.sha256) return claimed.messageId;
    throw new DomainError(
      "unprocessable",
      "This Idempotency-Key was used for another body. Use a new key for a new file.",
    );
  }
  try {
    const messageId = await accept(ports, job, upload, envelope, body, claimed.messageId);
    await settleKey(ports, job.activityId, name, messageId, body.facts().sha256);
    return messageId;
  } catch (error) {
    // A commit whose answer was lost keeps its key, so that the repeat finds the message.
    const message = await ports.messages.findInbound(job.activityId, claimed.messageId);
    if (!message) await ports.idempotency.remove(job.activityId, name);
    throw error;
  }
}

async function accept(
  ports: Ports,
  job: RecurringJob,
  upload: Upload,
  envelope: Envelope,
  body: MeasuredBody,
  messageId: string,
): Promise<string> {
  const stored = await ports.files.store("inbound", messageId, body.bytes, job.activityId);
  if (!stored) throw new Error(`Payload ${messageId} is there already, though its id is new.`);
  try {
    if (job.source === "package") await checkStoredPackage(ports, messageId);
    const first = await findDuplicate(ports, job, upload, body, messageId);
    if (first !== undefined) {
      await ports.files.remove("inbound", messageId);
      return first;
    }
  } catch (error) {
    await ports.files.remove("inbound", messageId);
    throw error;
  }
  await commit(ports, job, upload, envelope, body, messageId);
  return messageId;
}

async function commit(
  ports: Ports,
  job: RecurringJob,
  upload: Upload,
  envelope: Envelope,
  body: MeasuredBody,
  messageId: string,
): Promise<void> {
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
  ports.log.info("message.enqueued", { activityId: job.activityId, messageId, sizeBytes: message.sizeBytes });
}

/** The message that the same file became within the job's window; the external identifier alone never decides. */
async function findDuplicate(
  ports: Ports,
  job: RecurringJob,
  upload: Upload,
  body: MeasuredBody,
  messageId: string,
): Promise<string | undefined> {
  if (job.duplicateWindowMinutes === 0 || upload.externalIdentifier === undefined) return undefined;
  const { sha256 } = body.facts();
  const name = `file:${sha256}:${upload.externalIdentifier}`;
  const windowMs = job.duplicateWindowMinutes * 60_000;
  const claimed = await claimKey(ports, job.activityId, name, { messageId, windowMs });
  if (claimed.kind === "taken") return claimed.messageId;
  return undefined;
}
