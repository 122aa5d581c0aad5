import { DomainError } from "../../domain/errors.ts";
import { acceptMessage } from "../../domain/inboundMessage.ts";
import { type AcceptedUpload, type KeyRecord, type UploadTarget, isSameTarget } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import type { KeyChange } from "../../ports/idempotency.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { otherRun, reserveRun } from "../attempt/reserveRun.ts";
import { type UploadQuery, checkSameSource, chooseTarget } from "./checkUpload.ts";
import { findFile } from "./findFile.ts";
import { type HeldKey, claimKey, hasKey } from "./holdKey.ts";
import type { OpenBacklog } from "./openBacklog.ts";

/** What a client asks for with an upload, beside its bytes. */
export interface UploadRequest extends UploadQuery {
  readonly applicationId: string;
  readonly externalIdentifier: string | undefined;
}

/** What is known of bytes that are stored. */
export interface PayloadFacts {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The hash is what the client told, and nobody has read the bytes yet. */
  readonly isUnproven?: true;
}

/** One enqueue on its way: what it was asked for, what it was judged by, and what it holds so far. */
export interface Enqueue {
  readonly activityId: string;
  readonly request: UploadRequest;
  /** By which a repeat is recognised, where there is one. */
  readonly key: string | undefined;
  /** Valid once the bytes are stored. */
  readonly body: { facts(): PayloadFacts };
  readonly messageId: string;
  /** Of the run, where nobody but this request starts it. */
  readonly executionId: string;
  /** It was written down before its message. */
  isReserved?: true;
  backlog: OpenBacklog;
  target: UploadTarget;
  /** The key, which stands for this message from its acceptance on. */
  held?: HeldKey;
  /** When its bytes were stored. */
  storedAt?: number;
  /** Set while nobody knows whether the message went in. */
  isInDoubt: boolean;
}

/** Takes the key, where there is one; answers what was accepted under it before. */
export async function takeKey(ports: Ports, enqueue: Enqueue): Promise<AcceptedUpload | undefined> {
  const { activityId, key, messageId } = enqueue;
  if (key === undefined) return undefined;
  const claim = await claimKey(ports, activityId, key, messageId);
  if (claim.kind === "accepted") return claim.upload;
  enqueue.held = claim.held;
  return undefined;
}

/** What two uploads are compared by. */
interface SentUpload {
  readonly sha256: string;
  readonly target: UploadTarget;
  readonly backlog: Pick<OpenBacklog, "order">;
}

/** The message of an upload that is the same as this one, whose body was read; `unprocessable` for any other. */
export function requireSameUpload({ sha256, target, backlog }: SentUpload, accepted: AcceptedUpload): string {
  if (sha256 !== accepted.sha256) throw otherUpload(backlog, "another body");
  if (!isSameTarget(target, accepted.target ?? target)) throw otherUpload(backlog, "another entity or company");
  return accepted.messageId;
}

function otherUpload({ order }: SentUpload["backlog"], what: string): DomainError {
  if (order.requestedId !== undefined) return otherRun(what);
  const message = `This Idempotency-Key was used for ${what}. Use a new key for a new file.`;
  return new DomainError("unprocessable", message);
}

/** Accepts a body that is stored, unless it was accepted before; answers the id of its message. */
export async function acceptUpload(ports: Ports, enqueue: Enqueue): Promise<string> {
  // What was judged before the bytes came in holds for the first try.
  let isJudged = true;
  return untilWon(`The backlog of job ${enqueue.activityId}`, async () => {
    const taken = isJudged ? undefined : await judgeAnew(ports, enqueue);
    isJudged = false;
    const { sha256 } = enqueue.body.facts();
    if (taken) return requireSameUpload({ ...enqueue, sha256 }, taken);
    const { externalIdentifier } = enqueue.request;
    const file = { sha256, externalIdentifier, target: enqueue.target };
    const found = await findFile(ports, enqueue.backlog, file);
    if (found.kind === "accepted") return standFor(ports, enqueue, found.messageId);
    const keys = [...(enqueue.held ? [enqueue.held] : []), ...(found.key ? [found.key] : [])];
    return (await commit(ports, enqueue, keys)) ? enqueue.messageId : lost;
  });
}

/** The job was saved or removed meanwhile, or somebody else wrote a key: all that was allowed is asked again. */
async function judgeAnew(ports: Ports, enqueue: Enqueue): Promise<AcceptedUpload | undefined> {
  const { request, storedAt = 0, backlog: before } = enqueue;
  if (ports.clock.now() - storedAt > ports.settings.orphanAfterMs / 2) throw stoodStill();
  enqueue.backlog = await before.reopen();
  checkSameSource(before.order, enqueue.backlog.order);
  enqueue.target = await chooseTarget(ports, enqueue.backlog, request);
  return takeKey(ports, enqueue);
}

/** The sweep for orphans moves the gate before it takes bytes whose request seems to have died. */
function stoodStill(): DomainError {
  return new DomainError("conflict", "This request stood still for so long that its bytes may be gone. Repeat it.");
}

/** The file was accepted before, without the client's key or under another: the key stands for that message as well. */
async function standFor(ports: Ports, enqueue: Enqueue, messageId: string): Promise<string | typeof lost> {
  const { activityId, held, backlog } = enqueue;
  if (!(await ports.messages.isGateStill(activityId, backlog.gate))) return lost;
  if (!held) return messageId;
  return (await ports.idempotency.change(activityId, settled(ports, enqueue, held, messageId))) ? messageId : lost;
}

function settled(
  ports: Ports,
  { body, target }: Enqueue,
  { key, seen }: Pick<KeyChange, "key" | "seen">,
  messageId: string,
): KeyChange {
  // A window counts from the acceptance; a key that the client chose is as old as its first request.
  const reservedAt = seen?.value.heldUntil === undefined ? ports.clock.now() : seen.value.reservedAt;
  const next: KeyRecord = { messageId, reservedAt, accepted: { sha256: body.facts().sha256, target } };
  return { key, seen, next };
}

async function commit(
  ports: Ports,
  enqueue: Enqueue,
  keys: readonly Pick<KeyChange, "key" | "seen">[],
): Promise<boolean> {
  const { activityId, request, body, messageId, backlog, target } = enqueue;
  const { applicationId, externalIdentifier } = request;
  const message = acceptMessage({
    id: messageId,
    activityId,
    order: "",
    enqueuedAt: ports.clock.now(),
    applicationId,
    ...target,
    ...(externalIdentifier === undefined ? {} : { externalIdentifier }),
    ...body.facts(),
    ...(backlog.isOwnOrder && { ownOrder: backlog.order, executionId: enqueue.executionId }),
  });
  if (backlog.isOwnOrder) {
    enqueue.isReserved = true;
    const { order, versions } = backlog;
    const run = { project: order.project, ...(versions && { versions }) };
    await reserveRun(ports, message, run, (holder) => hasKey(ports, enqueue.held, holder.activityId));
  }
  const passing = { gate: backlog.gate, keys: keys.map((key) => settled(ports, enqueue, key, messageId)) };
  if (!(await wentIn(ports, enqueue, () => ports.messages.insertInbound(message, passing)))) return false;
  const { direction, sizeBytes } = message;
  ports.log.info("message.enqueued", { activityId, messageId, direction, sizeBytes });
  return true;
}

/** An insert that failed may have been one whose answer was lost: storage is asked at once, and then it is certain. */
async function wentIn(ports: Ports, enqueue: Enqueue, insert: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await insert()) !== undefined;
  } catch (error) {
    enqueue.isInDoubt = true;
    const isIn = await ports.messages.settleInbound(enqueue.activityId, enqueue.messageId);
    enqueue.isInDoubt = false;
    if (isIn) return true;
    throw error;
  }
}
