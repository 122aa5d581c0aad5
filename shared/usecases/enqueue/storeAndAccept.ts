import type { Ports } from "../../ports.ts";
import { type Enqueue, type UploadRequest, acceptUpload } from "./acceptUpload.ts";
import { checkStart, checkStoredPackage, chooseTarget } from "./checkUpload.ts";
import { releaseKey } from "./holdKey.ts";
import { type OpenBacklog, judgeBy } from "./openBacklog.ts";

/** What is asked of an upload before anything of it is stored. */
export async function judgeRequest(
  ports: Ports,
  backlog: OpenBacklog,
  request: UploadRequest,
): Promise<Pick<Enqueue, "backlog" | "target">> {
  return { backlog, target: await chooseTarget(ports, backlog, request) };
}

/** What is asked of its first bytes. */
export async function judgeStart(ports: Ports, enqueue: Enqueue, start: Uint8Array): Promise<void> {
  const { backlog, request } = enqueue;
  await judgeBy(backlog, async (by) => {
    const judged = by === backlog ? enqueue : await judgeRequest(ports, by, request);
    await checkStart(ports, by, judged.target, start);
    if (by !== backlog) Object.assign(enqueue, judged);
  });
}

/**
 * Has the payload stored, and puts its message in the backlog; answers the message id. Leaves nothing of an enqueue that
 * fails. Only while nobody knows whether its message went in, it leaves the payload, which the sweep for orphans removes
 * when there is none, and the key, which a repeat gets some seconds later.
 */
export async function storeAndAccept(ports: Ports, enqueue: Enqueue, store: () => Promise<void>): Promise<string> {
  const { messageId, body } = enqueue;
  try {
    await store();
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
