import { DomainError } from "../../domain/errors.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { findOrder } from "../orders/findOrder.ts";
import { isProjectRunsId } from "../orders/projectRuns.ts";

/** Moves the gate of a job that was saved: whoever judged by the version before finds that out. */
export async function openGate(ports: Ports, activityId: string): Promise<void> {
  await ports.messages.moveGate(activityId, { stamp: ports.ids.random(), isClosed: false });
}

/** Moves the gate of a job, open or closed as it is, when what it refers to was saved. */
export async function passAnew(ports: Ports, activityId: string): Promise<void> {
  await ports.messages.moveGate(activityId, { stamp: ports.ids.random() });
}

/** From here on nothing begins for the job that was judged before, nor anything else but what a save allows again. */
export async function closeGate(ports: Ports, activityId: string): Promise<void> {
  await ports.messages.moveGate(activityId, { stamp: ports.ids.random(), isClosed: true });
}

/**
 * The gate that a new execution of an old message passes; look at everything else afterwards. Throws `conflict` when
 * its job is gone or going, since nobody would ever end that execution.
 */
export async function findOpenGate(
  ports: Ports,
  { activityId, id }: Pick<Message, "activityId" | "id">,
): Promise<Gate> {
  const gate = await ports.messages.findGate(activityId);
  const isJobs = !isProjectRunsId(activityId);
  const message = isJobs ? undefined : (await ports.messages.find(activityId, id))?.value;
  const given = isJobs || message ? await findOrder(ports, message ?? { activityId }) : undefined;
  if (given && !gate.isClosed) return gate;
  const why = given ? "is being deleted" : "was deleted";
  if (!isJobs) {
    throw new DomainError("conflict", `The data project of this message ${why}. Save it again, and ask for a new run.`);
  }
  const text = `The recurring data job of this message ${why}. Save the job under its activity id to run it again.`;
  throw new DomainError("conflict", text);
}
