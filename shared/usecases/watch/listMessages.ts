import { visibleState } from "../../domain/outboundMessage.ts";
import type { MessageState } from "../../domain/message.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";

const readsMax = 20;

export interface MessagePage extends Page<Message> {
  /** The failed head that the job waits for. */
  readonly blockedBy: string | undefined;
}

/**
 * The messages of a job, newest first. With a state, or `parked`, it looks through a bounded number of rows, and may
 * answer fewer items than asked for with a continuation.
 */
export async function listMessages(
  ports: Ports,
  activityId: string,
  state: MessageState | "parked" | undefined,
  page: PageRequest,
): Promise<MessagePage> {
  const blockedBy = (await ports.messages.findProgress(activityId))?.value.blockedBy;
  if (state === undefined) return { ...(await ports.messages.list(activityId, page)), blockedBy };
  const items: Message[] = [];
  let { continuation } = page;
  for (let reads = 0; reads < readsMax && items.length < page.limit; reads++) {
    // A read ends where the answer does, so that the continuation leaves nothing out.
    const limit = page.limit - items.length;
    const found = await ports.messages.list(activityId, { limit, ...(continuation && { continuation }) });
    items.push(...found.items.filter((message) => isIn(message, state, ports.clock.now())));
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  return { items, ...(continuation && { continuation }), blockedBy };
}

function isIn(message: Message, state: MessageState | "parked", now: number): boolean {
  return state === "parked" ? message.parked !== undefined : shownState(message, now) === state;
}

/** The state that a reader sees: a delivery that ran out waits again. */
export function shownState(message: Message, now: number): MessageState {
  return message.direction === "export" ? visibleState(message, now) : message.state;
}
