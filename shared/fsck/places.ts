import type { Message } from "../ports.ts";
import { tableNames } from "../storage/ground/names.ts";
import { messageKey } from "../storage/messages/messageRows.ts";

/** Where the row of a message is. */
export function messagePlace({ activityId, id }: Pick<Message, "activityId" | "id">): string {
  return `${tableNames.messages}/${activityId}/${messageKey(id)}`;
}
