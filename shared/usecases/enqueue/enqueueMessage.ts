import type { Ports } from "../../ports.ts";
import { measureBody, tooLarge } from "../sources/measuredBody.ts";
import { clientKey } from "../../domain/uploadKey.ts";
import { executionIdOf, keyOfRequest } from "../orders/requestedId.ts";
import { type Enqueue, type UploadRequest, requireSameUpload, takeKey } from "./acceptUpload.ts";
import { keepKey } from "./holdKey.ts";
import { type OpenBacklog, judgeBy } from "./openBacklog.ts";
import { judgeRequest, judgeStart, storeAndAccept } from "./storeAndAccept.ts";

export interface Upload extends UploadRequest {
  readonly idempotencyKey: string | undefined;
  readonly declaredBytes: number | undefined;
  /** Where it is another limit than that of a request's body. */
  readonly sizeBytesMax?: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Stores the body and puts its message in the backlog; answers the message id. The insert of the message is the
 * commit point: before it nothing counts, and whatever fails leaves nothing behind. It passes the backlog's gate: when
 * that has moved since the upload began, all that was allowed then is judged anew.
 */
export async function enqueueMessage(ports: Ports, backlog: OpenBacklog, upload: Upload): Promise<string> {
  const { bodyBytesMax } = ports.settings;
  const { body: source, declaredBytes, sizeBytesMax = bodyBytesMax, idempotencyKey, ...request } = upload;
  if ((declaredBytes ?? 0) > sizeBytesMax) throw tooLarge(sizeBytesMax);
  const { activityId } = backlog;
  // What was accepted under a key before is answered without a passage of the gate.
  const isAtGate = idempotencyKey === undefined;
  const known = isAtGate ? backlog : await backlog.reopen();
  const judged = await judgeBy(known, (by) => judgeRequest(ports, by, request));
  const body = measureBody(source, {
    sizeBytesMax,
    declaredBytes,
    checkStart: (start) => judgeStart(ports, enqueue, start),
  });
  const messageId = ports.ids.next();
  const { requestedId } = backlog.order;
  const executionId = requestedId === undefined ? ports.ids.random() : executionIdOf(requestedId);
  const key = keyOf(backlog, idempotencyKey);
  const enqueue: Enqueue = { activityId, request, key, body, messageId, executionId, ...judged, isInDoubt: false };
  const taken = await takeKey(ports, enqueue);
  if (!taken) return storeAndAccept(ports, enqueue, () => storeBody(ports, enqueue, body.bytes));
  for await (const _ of body.bytes);
  return requireSameUpload({ ...enqueue, sha256: body.facts().sha256 }, taken);
}

/** What its caller calls the run stands for it; otherwise what the request brought along. */
function keyOf({ order: { requestedId } }: OpenBacklog, idempotencyKey: string | undefined): string | undefined {
  if (requestedId !== undefined) return keyOfRequest(requestedId);
  return idempotencyKey === undefined ? undefined : clientKey(idempotencyKey);
}

async function storeBody(ports: Ports, enqueue: Enqueue, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { activityId, messageId } = enqueue;
  const stored = await ports.files.store("inbound", messageId, keepingKey(ports, enqueue, bytes), activityId);
  if (!stored) throw new Error(`Payload ${messageId} is there already, though its id is new.`);
}

/** The body on its way into storage, which tells that the request is at work. */
async function* keepingKey(
  ports: Ports,
  enqueue: Enqueue,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    if (enqueue.held) enqueue.held = await keepKey(ports, enqueue.held);
    yield chunk;
  }
}
