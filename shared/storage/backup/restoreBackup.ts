import { auditStore } from "../ledger/audit.ts";
import type { Ground } from "../ground/ground.ts";
import type { BackupReader, TellGoing } from "./backup.ts";
import { beginRestore, endRestore, makePlaces } from "./emptyTarget.ts";
import { restoreBlobs, restoreDocuments } from "./restoreBlobs.ts";
import { restoreRows } from "./restoreRows.ts";
import { rowSink } from "./rowSink.ts";

/** Nobody's, since a restore asks no service who asks. */
const noApplication = "00000000-0000-0000-0000-000000000000";

export interface RestoreOrder {
  readonly now: () => number;
  readonly tell: TellGoing;
}

/**
 * Writes a backup to a place where no service is at work, and none has been. Whatever stood still, or was held, waits there
 * for the upkeep of whichever service begins on it. What is cut off can be begun again, and comes to the same.
 */
export async function restoreBackup(
  ground: Ground,
  reader: BackupReader,
  { now, tell }: RestoreOrder,
): Promise<{ readonly wentOn: boolean }> {
  const { facts } = reader;
  const { startedAt, wentOn } = await beginRestore(ground, facts.id, now());
  await makePlaces(ground);
  const times = { startedAt: facts.startedAt, now: now() };
  const sink = rowSink(ground);
  let going = { rows: 0, blobs: 0, bytes: 0 };
  const told = (next: Partial<typeof going>): void => tell((going = { ...going, ...next }));
  await restoreBlobs(ground, reader, (blobs, bytes) => told({ blobs, bytes }));
  await restoreDocuments(ground, reader, sink, times);
  await restoreRows(reader, sink, times, (rows) => told({ rows }));
  await noteRestore(ground, reader, startedAt);
  await endRestore(ground);
  return { wentOn };
}

/** One entry, however often the restore went on. */
async function noteRestore(ground: Ground, { facts }: BackupReader, at: number): Promise<void> {
  const { id: target, version, startedAt, rows } = facts;
  const detail = `From the backup of ${new Date(startedAt).toISOString()} by version ${version}, with ${rows["messages"] ?? 0} rows of messages.`;
  const entry = { at, applicationId: noApplication, action: "restore", kind: "system", target, detail } as const;
  await auditStore(ground).record(entry, target);
}
