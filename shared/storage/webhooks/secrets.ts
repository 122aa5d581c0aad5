import type { SecretStore, WebhookSecrets } from "../../ports/webhooks.ts";
import type { Ground } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { requireId } from "../rows/keys.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

const secretKey = "secret";

/** A row of its own in the partition of the webhook, which nothing reads but what signs and what rotates. */
export function secretStore(ground: Ground): SecretStore {
  const table = ground.table(tableNames.webhooks);
  return {
    async find(webhookId) {
      const row = await table.find(requireId(webhookId), secretKey);
      if (!row) return undefined;
      const value = fromColumns<WebhookSecrets>(tableNames.webhooks, row, ["current", "changedAt"]);
      return { value, etag: row.etag };
    },
    async save(webhookId, next, etag) {
      const values = toColumns(next);
      const written =
        etag === undefined
          ? await table.insert(requireId(webhookId), secretKey, values)
          : await table.replace(requireId(webhookId), secretKey, values, etag);
      return written !== undefined;
    },
  };
}
