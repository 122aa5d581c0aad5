import type { Claim, Claims } from "../../ports.ts";
import type { Ground, Row } from "../ground/ground.ts";
import { requireId } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { keysWith, pageOfRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

export const claimsPartition = "claims";
/** Message ids begin with a hexadecimal digit. */
const allKeys = { from: "0", below: keysWith("f").below };

export function claimsStore(ground: Ground): Claims {
  const table = ground.table(tableNames.claims);
  return {
    async put(claim) {
      const values = toColumns(claim);
      await table.transact(claimsPartition, [{ kind: "upsert", rowKey: claimKey(claim), values }]);
    },
    async remove(claim) {
      await table.remove(claimsPartition, claimKey(claim));
    },
    list: (page) => pageOfRows(table, claimsPartition, allKeys, page, toClaim),
  };
}

export function claimKey({ messageId, run, redelivery }: Pick<Claim, "messageId" | "run" | "redelivery">): string {
  return [requireId(messageId), run, redelivery].filter((part) => part !== undefined).join("_");
}

export function toClaim(row: Row): Claim {
  return fromColumns<Claim>(tableNames.claims, row, ["messageId", "activityId", "until"]);
}
