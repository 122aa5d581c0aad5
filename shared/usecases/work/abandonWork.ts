import { isClaimable } from "../../domain/inboundMessage.ts";
import { whyGivenUp, withPause } from "../../domain/message.ts";
import { isExportClaimable } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { JobWork, Work } from "../../ports/workQueue.ts";
import { pointAfterPause } from "../attempt/pointAt.ts";
import { findOrder } from "../orders/findOrder.ts";
import { exportAttemptsMaxOf, parkExportMessage } from "../export/exportMessage.ts";
import { parkIfGivenUp } from "../import/takeMessage.ts";
import { closeOccurrence } from "../recurrence/closeOccurrence.ts";
import { sendNextRun } from "../recurrence/sendNextRun.ts";
import { putBack } from "./putBack.ts";

type WorkOf<K extends JobWork["kind"]> = Extract<JobWork, { readonly kind: K }>;

/** How often the host may give a backlog up before its pointer goes: each run of the job points at the backlog anew. */
const linesPutBackMax = 12;

/**
 * Takes over work that the host gave up, because it threw or its process ended too often in a row. That says nothing of
 * the message: one whose attempts are not used up waits, longer each time, and is pointed at again; any other is parked
 * with its bytes and its last error. A due time ends, and shows why. Nothing is dropped.
 */
export async function abandonWork(ports: Ports, work: Work): Promise<void> {
  ports.log.error("work.abandoned", { ...work });
  switch (work.kind) {
    case "runJob":
      return abandonRun(ports, work);
    case "importMessage":
      return abandonImport(ports, work);
    case "exportMessage":
      return abandonExport(ports, work);
    case "drainJob":
      return abandonLine(ports, work);
    case "relayEvents":
    case "deliverEvents":
    case "upkeep":
    case "compactEntity":
      // A later pass sends it again, and finds what this one left.
      ports.log.error("upkeep.failed", { part: work.kind === "upkeep" ? work.part : work.kind });
  }
}

async function abandonRun(ports: Ports, { activityId, dueAt }: WorkOf<"runJob">): Promise<void> {
  await closeOccurrence(ports, activityId, dueAt, { reason: "The run failed too often; the log says why." });
  await sendNextRun(ports, activityId);
}

async function abandonLine(ports: Ports, work: WorkOf<"drainJob">): Promise<void> {
  if ((work.timesPutBack ?? 0) < linesPutBackMax) await putBack(ports, work);
}

async function abandonImport(ports: Ports, work: WorkOf<"importMessage">): Promise<void> {
  const { activityId, messageId, ...rest } = work;
  const stored = await ports.messages.findInbound(activityId, messageId);
  const given = await findOrder(ports, stored?.value ?? { activityId });
  if (given?.order.isOrdered) return abandonLine(ports, { ...rest, activityId, kind: "drainJob" });
  if (!stored || !isClaimable(stored.value, ports.clock.now())) return;
  if ((await parkIfGivenUp(ports, given?.order, stored)) === "goesOn") await waitAndPointAgain(ports, stored);
}

async function abandonExport(ports: Ports, { activityId, messageId }: WorkOf<"exportMessage">): Promise<void> {
  const stored = await ports.messages.findOutbound(activityId, messageId);
  if (!stored || !isExportClaimable(stored.value, ports.clock.now())) return;
  const given = await findOrder(ports, stored.value);
  if (whyGivenUp(stored.value, exportAttemptsMaxOf(given?.order)) === undefined) await waitAndPointAgain(ports, stored);
  else await parkExportMessage(ports, given?.order, stored);
}

async function waitAndPointAgain<M extends Message>(ports: Ports, stored: Stored<M>): Promise<void> {
  const saved = await ports.messages.replace(stored, withPause(stored.value, ports.clock.now()));
  if (saved) await pointAfterPause(ports, saved.value);
}
