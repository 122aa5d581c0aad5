import { DomainError } from "../../../domain/errors.ts";
import { clientState } from "../../../domain/inboundMessage.ts";
import type { MessageState } from "../../../domain/message.ts";
import { visibleState } from "../../../domain/outboundMessage.ts";
import type { Message } from "../../../ports.ts";
import type { EnumType } from "../model.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";

const noExecution = "00000000-0000-0000-0000-000000000000";

/** The words of this action, in the order of their numbers; `jobstatus` has others for the same. */
const words = [
  "Enqueued",
  "Dequeued",
  "Downloaded",
  "Acked",
  "Processing",
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingFailed",
  "PreProcessingError",
  "Preprocessing",
] as const;

const messageStatusType: EnumType = { name: "IntegrationActivityMessageStatus", members: words };

/** What becomes of a message, and in which execution. */
export const messageStatus = [
  toAction({
    name: "GetMessageStatus",
    parameters: { messageId: id },
    returns: messageStatusType,
    isOpenToJobs: true,
    async run(call, { messageId }) {
      const { message } = await runNamed(call, messageId, absent(messageId));
      if (!message) throw new DomainError("invalid", absent(messageId));
      return wordOf(message, call.ports.clock.now());
    },
  }),
  toAction({
    name: "GetExecutionIdByMessageId",
    parameters: { _messageId: id },
    returns: "Edm.String",
    isOpenToJobs: true,
    async run(call, { _messageId }) {
      const { execution } = await runNamed(call, _messageId, absent(_messageId));
      return execution?.id ?? noExecution;
    },
  }),
];

function absent(messageId: string): string {
  return `There is no message ${messageId}; it may be past its retention.`;
}

/** What was discarded reads as a message that failed, since clients know no other end of it. */
function wordOf(message: Message, now: number): (typeof words)[number] {
  const state = message.direction === "import" ? clientState(message) : visibleState(message, now);
  return isOwnWord(state) ? state : wordByState[state];
}

function isOwnWord(state: MessageState): state is Exclude<MessageState, keyof typeof wordByState> {
  return !Object.hasOwn(wordByState, state);
}

const wordByState = {
  PreProcessing: "Preprocessing",
  PostProcessingError: "PostProcessingFailed",
  Discarded: "PostProcessingFailed",
} as const;
