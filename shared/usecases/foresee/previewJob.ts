import { placeInJob } from "../../domain/messageAction.ts";
import type { Ports } from "../../ports.ts";
import { type OpenWish, listOpen } from "../operate/listOpen.ts";
import { type ParkedWish, listParked } from "../operate/listParked.ts";
import { type PreviewedMessage, previewEach } from "./previewActions.ts";

/** Messages that one call looks at, and how long it goes on. */
const messagesMax = 100;
const callMsMax = 30_000;

/** What would become of messages of one job. */
export interface PreviewedOfJob {
  readonly at: number;
  readonly items: readonly PreviewedMessage[];
  /** Meant by the wish, and not come to. */
  readonly remaining: number;
  /** To go on with them; absent when none remain. */
  readonly continuation?: string;
}

/** What a retry of a job's parked messages would come to for each; nothing is done. `notFound` without such a job. */
export async function previewParked(ports: Ports, activityId: string, wish: ParkedWish): Promise<PreviewedOfJob> {
  const at = ports.clock.now();
  const parked = await listParked(ports, activityId, wish);
  const some = parked.slice(0, messagesMax);
  const { items } = await previewEach(ports, some, { kind: "retry", ...wish }, at + callMsMax);
  const remaining = parked.length - items.length;
  const last = parked[items.length - 1];
  return { at, items, remaining, ...(remaining > 0 && last && { continuation: placeInJob(last) }) };
}

/** What it would come to that a job's open messages are discarded; nothing is done. */
export async function previewOpen(
  ports: Ports,
  activityId: string,
  { continuation = "", ...wish }: OpenWish & { readonly continuation?: string },
): Promise<PreviewedOfJob> {
  const at = ports.clock.now();
  const open = await listOpen(ports, activityId, wish);
  const ids = [...new Set(open.map(({ messageId }) => messageId))].toSorted().filter((id) => id > continuation);
  const read = await Promise.all(ids.slice(0, messagesMax).map((id) => ports.messages.find(activityId, id)));
  const found = read.flatMap((stored) => (stored ? [stored.value] : []));
  const { items, remaining: unseen } = await previewEach(ports, found, { kind: "discard", reason: "" }, at + callMsMax);
  // What is gone by now needs no answer, and is come to as well.
  const last = unseen.length === 0 ? ids[read.length - 1] : items.at(-1)?.messageId;
  const remaining = last === undefined ? 0 : ids.length - ids.indexOf(last) - 1;
  return { at, items, remaining, ...(remaining > 0 && last !== undefined && { continuation: last }) };
}
