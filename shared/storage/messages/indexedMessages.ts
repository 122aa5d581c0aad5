import type { Messages } from "../../ports.ts";
import type { OpenJobs } from "./openJobs.ts";
import { isOpen } from "./rowsBeside.ts";

/** Messages whose job is in the index of open jobs before they are there. */
export function indexedMessages(messages: Messages, jobs: OpenJobs): Messages {
  return {
    ...messages,
    insertInbound: (message, ...more) =>
      jobs.marked(message.activityId, () => messages.insertInbound(message, ...more)),
    insertOutbound: (message, ...more) =>
      jobs.marked(message.activityId, () => messages.insertOutbound(message, ...more)),
    replace(stored, next, beside) {
      const write = () => messages.replace(stored, next, beside);
      // One that was open already keeps its job in the index.
      return beside?.born || (isOpen(next) && !isOpen(stored.value)) ? jobs.marked(next.activityId, write) : write();
    },
  };
}
