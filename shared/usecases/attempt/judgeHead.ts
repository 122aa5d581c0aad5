import type { Beside, Ports } from "../../ports.ts";
import { noProgress } from "./jobProgress.ts";

/** The one place at the head of an export job: free for a run, or taken by another one that goes on. */
export type HeadPlace =
  | {
      readonly kind: "free";
      /** The run has the place already. */
      readonly isOurs: boolean;
      readonly progress: NonNullable<Beside["progress"]>;
    }
  | { readonly kind: "taken"; readonly by: string };

/**
 * Whether the run may be the one that its job has in flight. Whoever begins it, for the first time or again, writes
 * `progress` in the transaction that begins it, also when the place is its own: of two that judged one moment, the
 * second then finds that it lost, and looks again.
 */
export async function judgeHead(ports: Ports, activityId: string, messageId: string): Promise<HeadPlace> {
  const judged = await ports.messages.findProgress(activityId);
  const { head } = judged?.value ?? noProgress;
  if (head !== undefined && head !== messageId && (await isRunning(ports, activityId, head))) {
    return { kind: "taken", by: head };
  }
  const next = { ...(judged?.value ?? noProgress), head: messageId };
  return { kind: "free", isOurs: head === messageId, progress: { judged, next } };
}

async function isRunning(ports: Ports, activityId: string, messageId: string): Promise<boolean> {
  const head = await ports.messages.findOutbound(activityId, messageId);
  return head?.value.state === "PreProcessing" || head?.value.state === "Processing";
}
