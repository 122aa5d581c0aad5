import { DomainError } from "../../domain/errors.ts";
import { type MessageAction, inActionOrder } from "../../domain/messageAction.ts";
import type { Message, Ports } from "../../ports.ts";
import { findSelected } from "../operate/findSelected.ts";
import { anotherRun } from "../operate/nextRun.ts";
import { type Foreseen, previewAction } from "./previewAction.ts";

/** How long one call goes on, and how many messages it looks at side by side. */
const callMsMax = 30_000;
const atOnceMax = 8;

/** What would become of one of many messages. */
export interface PreviewedMessage {
  readonly messageId: string;
  /** As it stands; undefined when there is no such message. */
  readonly message: Message | undefined;
  /** What would happen, or why nothing would. */
  readonly outcome: Foreseen | DomainError;
}

export interface PreviewedActions {
  /** Whoever acts on what is shown here may say that it was seen then. */
  readonly at: number;
  /** In the order in which the action comes to them. */
  readonly items: readonly PreviewedMessage[];
  /** The ids that the call did not come to. */
  readonly remaining: readonly string[];
}

/** What an action would come to for each of the messages that somebody chose; nothing is done. */
export async function previewActions(
  ports: Ports,
  messageIds: readonly string[],
  action: MessageAction,
): Promise<PreviewedActions> {
  const at = ports.clock.now();
  const { found, missing } = await findSelected(ports, messageIds);
  const gone = missing.map(({ messageId, refusal: outcome }) => {
    return { messageId, message: undefined, outcome };
  });
  const { items: seen, remaining } = await previewEach(
    ports,
    inActionOrder(found, action.kind),
    action,
    at + callMsMax,
  );
  return { at, items: [...gone, ...seen], remaining: remaining.map(({ id }) => id) };
}

/** The same for messages that are known, in the order in which the action comes to them; until then. */
export async function previewEach(
  ports: Ports,
  messages: readonly Message[],
  action: MessageAction,
  until: number,
): Promise<{ readonly items: readonly PreviewedMessage[]; readonly remaining: readonly Message[] }> {
  const items: PreviewedMessage[] = [];
  for (let first = 0; first < messages.length; first += atOnceMax) {
    if (first > 0 && ports.clock.now() > until) break;
    const some = messages.slice(first, first + atOnceMax);
    items.push(...(await Promise.all(some.map((message) => previewOne(ports, message, action)))));
  }
  return { items: action.kind === "retry" ? oneRunOfEach(items) : items, remaining: messages.slice(items.length) };
}

async function previewOne(ports: Ports, message: Message, action: MessageAction): Promise<PreviewedMessage> {
  const { id: messageId } = message;
  try {
    return { messageId, message, outcome: await previewAction(ports, message, action) };
  } catch (error) {
    if (error instanceof DomainError) return { messageId, message, outcome: error };
    throw error;
  }
}

/** An export job has one run under way: of several the first takes the place that each alone would have. */
function oneRunOfEach(items: readonly PreviewedMessage[]): readonly PreviewedMessage[] {
  const firsts = new Map<string, string>();
  return items.map((item) => {
    const { message, messageId, outcome } = item;
    if (message?.direction !== "export" || outcome instanceof DomainError) return item;
    const first = firsts.get(message.activityId);
    if (first !== undefined) return { ...item, outcome: anotherRun(first) };
    firsts.set(message.activityId, messageId);
    return item;
  });
}
