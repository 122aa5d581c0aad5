import type { Lease, Leases } from "../../ports.ts";
import type { Ground, Row, RowValues } from "../ground/ground.ts";
import { nameKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";

const partitionKey = "leases";

/** A lease is a row with an end; whoever writes it next fences off the holder before, because the ETag moves on. */
export function leasesStore(ground: Ground): Leases {
  const table = ground.table(tableNames.leases);

  return {
    async acquire(name, owner, now, leaseMs) {
      const rowKey = nameKey(name);
      const row = await table.find(partitionKey, rowKey);
      if (row && !isFree(row, owner, now)) return undefined;
      const values = toValues(name, owner, now + leaseMs);
      const etag = row
        ? await table.replace(partitionKey, rowKey, values, row.etag)
        : await table.insert(partitionKey, rowKey, values);
      return etag === undefined ? undefined : { name, owner, until: now + leaseMs, etag };
    },
    async renew(lease, now, leaseMs) {
      const values = toValues(lease.name, lease.owner, now + leaseMs);
      const etag = await table.replace(partitionKey, nameKey(lease.name), values, lease.etag);
      return etag === undefined ? undefined : { ...lease, until: now + leaseMs, etag };
    },
    async release(lease: Lease) {
      await table.remove(partitionKey, nameKey(lease.name), lease.etag);
    },
  };
}

function isFree(row: Row, owner: string, now: number): boolean {
  const { owner: holder, until } = row.values;
  if (typeof until !== "number") {
    throw new Error(`Row ${partitionKey} / ${row.rowKey} of table ${tableNames.leases} does not hold a lease.`);
  }
  return holder === owner || until <= now;
}

function toValues(name: string, owner: string, until: number): RowValues {
  return { name, owner, until };
}
