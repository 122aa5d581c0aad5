import type { Deliveries } from "../../ports/webhooks.ts";
import type { Table } from "../ground/ground.ts";

const lostAfterMs = 60_000;
/** Of a pointer that comes at once, and of one that comes later: each of them is sent once. */
const keys = { now: "p_now", later: "p_later" };

/** Which pointers to a webhook are on their way, in its partition. */
export function deliveryPointers(table: Table): Pick<Deliveries, "notePointer" | "forgetPointer"> {
  return {
    async notePointer(webhookId, at, now) {
      const rowKey = at > now ? keys.later : keys.now;
      const noted = (await table.find(webhookId, rowKey))?.values["at"];
      const isOnItsWay = typeof noted === "number" && noted <= at && noted > (at > now ? now : now - lostAfterMs);
      if (!isOnItsWay) await table.transact(webhookId, [{ kind: "upsert", rowKey, values: { at } }]);
      return !isOnItsWay;
    },
    async forgetPointer(webhookId) {
      await table.remove(webhookId, keys.now);
    },
  };
}
