import { isGuid } from "../../domain/guid.ts";
import { executionIdsOf } from "../../domain/message.ts";
import type { Message, Messages, Remains } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { transactMessage } from "./messageChanges.ts";
import { messageKey, remainsKey } from "./messageRows.ts";
import { rowChanges } from "./rowsBeside.ts";

/** A message goes as it was judged, and a note of what it left comes in its place. */
export function removals(table: Table): Pick<Messages, "remove" | "findRemains" | "forgetRemains"> {
  return {
    remove: (stored) => removeMessage(table, stored),
    async findRemains(activityId, messageId) {
      const row = isGuid(messageId) ? await table.find(activityId, remainsKey(messageId)) : undefined;
      return row && fromColumns<Remains>(tableNames.messages, row, ["executionIds"]);
    },
    async forgetRemains(activityId, messageId) {
      await table.remove(activityId, remainsKey(messageId));
    },
  };
}

async function removeMessage(table: Table, stored: Stored<Message>): Promise<boolean> {
  const { activityId, id } = stored.value;
  const remains: Remains = { executionIds: executionIdsOf(stored.value) };
  const etags = await transactMessage(table, activityId, [
    { kind: "upsert", rowKey: remainsKey(id), values: toColumns(remains) },
    { kind: "remove", rowKey: messageKey(id), etag: stored.etag },
    ...rowChanges(stored.value, undefined),
  ]);
  return etags !== undefined;
}
