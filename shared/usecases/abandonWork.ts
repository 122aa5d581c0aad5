import type { Ports, Work } from "../ports.ts";
import { parkExportMessage } from "./exportMessage.ts";
import { parkMessage } from "./importMessage.ts";
import { closeOccurrence } from "./runJob.ts";

/**
 * Ends work that the host gave up after repeated failures: its message is parked with its bytes and its last error,
 * and its due time shows why it ended. Nothing is dropped.
 */
export async function abandonWork(ports: Ports, work: Work): Promise<void> {
  const { activityId } = work;
  ports.log.error("work.abandoned", { kind: work.kind, activityId });
  if (work.kind === "importMessage") {
    const job = await ports.definitions.find("job", activityId);
    const stored = await ports.messages.findInbound(activityId, work.messageId);
    if (stored) await parkMessage(ports, job, stored.value);
  } else if (work.kind === "exportMessage") {
    const stored = await ports.messages.findOutbound(activityId, work.messageId);
    if (stored) await parkExportMessage(ports, stored.value);
  } else if (work.kind === "runJob") {
    await closeOccurrence(ports, activityId, work.dueAt, { reason: "The run failed too often; the log says why." });
  }
}
