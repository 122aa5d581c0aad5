import type { Ports } from "../../ports.ts";
import { measureBody, tooLarge } from "../sources/measuredBody.ts";
import { type Enqueue, type UploadRequest, acceptUpload, sameMessage, takeKey } from "./acceptUpload.ts";
import { checkStart, checkStoredPackage, chooseTarget } from "./checkUpload.ts";
import { keepKey, releaseKey } from "./holdKey.ts";
import { executionIdOf } from "../orders/requestedId.ts";
import { type OpenBacklog, judgeBy } from "./openBacklog.ts";

export interface Upload extends UploadRequest {
  readonly declaredBytes: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Stores the body and puts its message in the backlog; answers the message id. The insert of the message is the
 * commit point: before it nothing counts, and whatever fails leaves nothing behind. It passes the backlog's gate: when
 * that has moved since the upload began, all that was allowed then is judged anew.
 */
export async function enqueueMessage(ports: Ports, backlog: OpenBacklog, upload: Upload): Promise<string> {
  const { bodyBytesMax } = ports.settings;
  if ((upload.declaredBytes ?? 0) > bodyBytesMax) throw tooLarge(bodyBytesMax);
  const { body: source, declaredBytes, ...request } = upload;
  const { activityId } = backlog;
  // What was accepted under a key before is answered without a passage of the gate.
  const isAtGate = request.idempotencyKey === undefined;
  const known = isAtGate ? backlog : await backlog.reopen();
  const judged = await judgeBy(known, (by) => judgeRequest(ports, by, request));
  const body = measureBody(source, {
    sizeBytesMax: bodyBytesMax,
    declaredBytes,
    checkStart: (start) => judgeStart(ports, enqueue, start),
  });
  const messageId = ports.ids.next();
  const { requestedId } = backlog.order;
  const executionId = requestedId === undefined ? ports.ids.random() : executionIdOf(requestedId);
  const enqueue: Enqueue = { activityId, request, body, messageId, executionId, ...judged, isInDoubt: false };
  const taken = await takeKey(ports, enqueue);
  if (!taken) return storeAndAccept(ports, enqueue);
  for await (const _ of body.bytes);
  return sameMessage(enqueue, taken);
}

async function judgeRequest(
  ports: Ports,
  backlog: OpenBacklog,
  request: UploadRequest,
): Promise<Pick<Enqueue, "backlog" | "target">> {
  return { backlog, target: await chooseTarget(ports, backlog, request) };
}

async function judgeStart(ports: Ports, enqueue: Enqueue, start: Uint8Array): Promise<void> {
  const { backlog, request } = enqueue;
  await judgeBy(backlog, async (by) => {
    const judged = by === backlog ? enqueue : await judgeRequest(ports, by, request);
    await checkStart(ports, by, judged.target, start);
    if (by !== backlog) Object.assign(enqueue, judged);
  });
}

/**
 * Leaves nothing of an enqueue that fails. Only while nobody knows whether its message went in, it leaves the payload,
 * which the sweep for orphans removes when there is none, and the key, which a repeat gets some seconds later.
 */
async function storeAndAccept(ports: Ports, enqueue: Enqueue): Promise<string> {
  const { activityId, messageId, body } = enqueue;
  try {
    const stored = await ports.files.store("inbound", messageId, keepingKey(ports, enqueue), activityId);
    if (!stored) throw new Error(`Payload ${messageId} is there already, though its id is new.`);
    enqueue.storedAt = ports.clock.now();
    if (enqueue.backlog.order.source === "package") {
      await checkStoredPackage(ports, messageId, body.facts().sizeBytes);
    }
    const accepted = await acceptUpload(ports, enqueue);
    if (accepted !== messageId) await ports.files.remove("inbound", messageId);
    return accepted;
  } catch (error) {
    if (enqueue.isInDoubt) throw error;
    await ports.files.remove("inbound", messageId);
    if (enqueue.isReserved) await ports.executions.giveUp(enqueue.executionId, messageId);
    if (enqueue.held) await releaseKey(ports, enqueue.held);
    throw error;
  }
}

/** The body on its way into storage, which tells that the request is at work. */
async function* keepingKey(ports: Ports, enqueue: Enqueue): AsyncGenerator<Uint8Array> {
  for await (const chunk of enqueue.body.bytes) {
    if (enqueue.held) enqueue.held = await keepKey(ports, enqueue.held);
    yield chunk;
  }
}
