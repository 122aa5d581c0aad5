import type { Clock } from "../../ports.ts";
import type { Deliveries, OpenedWebhook } from "../../ports/webhooks.ts";
import type { Row, Table } from "../ground/ground.ts";
import { requireId } from "../rows/keys.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import { firstRows } from "../rows/rowPages.ts";

/** The ids of all webhooks that were ever there, and are not cleared away. */
export const openedPartition = "webhooks";
const allIds = { from: "0", below: "g" };
/** Of one webhook; all begin with a letter. */
const allKeys = { from: "a", below: "z" };

export function openedWebhooks(table: Table, clock: Clock): Pick<Deliveries, "open" | "listOpened" | "clear"> {
  return {
    async open(webhookId, name) {
      const values = { name, openedAt: clock.now() };
      await table.transact(openedPartition, [{ kind: "upsert", rowKey: requireId(webhookId), values }]);
    },
    async listOpened(limit) {
      return (await firstRows(table, openedPartition, allIds, limit)).map(toOpened);
    },
    async clear({ id: webhookId, name }, limit) {
      const rows = await firstRows(table, requireId(webhookId), allKeys, limit);
      const removals = rows.map(({ rowKey }) => [{ kind: "remove", rowKey } as const]);
      await removeRowGroups(table, webhookId, removals);
      // Somebody who stood still may come with another row: so the id goes only when a later look finds none.
      if (rows.length === 0) await table.remove(openedPartition, webhookId);
      else
        await table.transact(openedPartition, [
          { kind: "upsert", rowKey: webhookId, values: { name, openedAt: clock.now() } },
        ]);
    },
  };
}

function toOpened({ rowKey: id, values }: Row): OpenedWebhook {
  return { id, name: String(values["name"]), openedAt: Number(values["openedAt"]) };
}
