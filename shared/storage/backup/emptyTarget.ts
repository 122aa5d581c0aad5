import type { Ground } from "../ground/ground.ts";
import { makeWorkQueues } from "../messages/workQueue.ts";
import { containerNames, tableNames } from "../ground/names.ts";

/** Where a restore notes that it is under way; nobody else looks into this partition. */
const partitionKey = "restore";
const rowKey = "backup";

/** What a service that nobody has used yet may have written. */
const harmless: readonly string[] = [tableNames.leases, tableNames.audit, tableNames.loadSamples, tableNames.claims];

/** The target is in use, or holds what another restore left. */
export class TargetInUse extends Error {
  override readonly name = "TargetInUse";
}

export interface BegunRestore {
  readonly startedAt: number;
  /** One that was cut off goes on. */
  readonly wentOn: boolean;
}

/** Throws `TargetInUse` unless nothing is there, or this backup's restore was cut off. */
export async function beginRestore(ground: Ground, backupId: string, now: number): Promise<BegunRestore> {
  const leases = ground.table(tableNames.leases);
  const marker = await leases.find(partitionKey, rowKey);
  const other = marker?.values["backupId"];
  if (marker && other !== backupId) {
    throw new TargetInUse(
      `A restore of another backup (${String(other)}) was cut off here. Go on with that one, or empty the account.`,
    );
  }
  if (marker) return { startedAt: Number(marker.values["startedAt"]), wentOn: true };
  const found = await findContent(ground);
  if (found !== undefined) {
    throw new TargetInUse(
      `The target is not empty: there is something in ${found}. Restore into a storage account that no service has used.`,
    );
  }
  await leases.transact(partitionKey, [{ kind: "upsert", rowKey, values: { backupId, startedAt: now } }]);
  return { startedAt: now, wentOn: false };
}

export async function endRestore(ground: Ground): Promise<void> {
  await ground.table(tableNames.leases).remove(partitionKey, rowKey);
}

/** Makes every place of a system, also those that nothing was kept of. */
export async function makePlaces(ground: Ground): Promise<void> {
  for (const name of Object.values(tableNames)) await ground.table(name).nextPartition("");
  for (const name of Object.values(containerNames)) await ground.blobs(name).list("", { limit: 1 });
  await makeWorkQueues(ground);
}

async function findContent(ground: Ground): Promise<string | undefined> {
  for (const name of Object.values(tableNames)) {
    if (harmless.includes(name)) continue;
    if ((await ground.table(name).nextPartition("")) !== undefined) return `table "${name}"`;
  }
  for (const name of Object.values(containerNames)) {
    const { items } = await ground.blobs(name).list("", { limit: 1 });
    if (items.length > 0) return `container "${name}"`;
  }
  return undefined;
}
