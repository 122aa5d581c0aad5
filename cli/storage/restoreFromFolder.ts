import path from "node:path";
import facts from "../../package.json" with { type: "json" };
import { TargetInUse } from "../../shared/storage/backup/emptyTarget.ts";
import type { BackupReader } from "../../shared/storage/backup/backup.ts";
import { restoreBackup } from "../../shared/storage/backup/restoreBackup.ts";
import type { Call } from "../command.ts";
import { type ExitCode, exitCodes, UsageError } from "../exitCodes.ts";
import { toCount, toSize } from "../output/units.ts";
import { openBackup } from "./backup/backupFolder.ts";
import { goingOf } from "./backup/going.ts";
import { openStorage } from "./openStorage.ts";
import type { storageOptions } from "./options.ts";

type RestoreCall = Call<typeof storageOptions>;

export async function restoreFromFolder(call: RestoreCall, name: string): Promise<ExitCode> {
  const { values, progress, now, show } = call;
  const folder = path.resolve(call.folder, name);
  const backup = await openBackup(folder);
  requireReadable(backup);
  const storage = await openStorage(values, call, { mayBeEmpty: true });
  if (storage.isLocal) {
    throw new UsageError(
      "The service that runs here is at work on its storage. Name the storage with --account or DataStorage.",
    );
  }
  progress.tell(`Restoring ${folder} to ${storage.name}.`);
  const going = goingOf(call, "restore");
  try {
    const { wentOn } = await restoreBackup(storage.ground, backup, { now, tell: going.tell });
    going.end();
    const { id, startedAt, rows, blobs, blobBytes } = backup.facts;
    show({ storage: storage.name, id, startedAt, rows, blobs, blobBytes, wentOn }, () =>
      [
        `${storage.name} has ${toCount(rowsOf(backup), "row")} and ${toCount(blobs, "file")} (${toSize(blobBytes)}) as of ${new Date(startedAt).toISOString()}.`,
        "Look at it with fsck, then start the service on it.",
      ].join("\n"),
    );
    return exitCodes.done;
  } catch (error) {
    throw error instanceof TargetInUse ? new UsageError(error.message) : error;
  } finally {
    going.end();
  }
}

/** Reads all of a backup; what is damaged is thrown. */
export async function checkBackup(call: RestoreCall, name: string): Promise<ExitCode> {
  const folder = path.resolve(call.folder, name);
  const backup = await openBackup(folder);
  const going = goingOf(call, "check");
  try {
    const seen = { rows: 0, blobs: 0, bytes: 0 };
    for await (const blob of backup.blobs()) {
      for await (const chunk of backup.open(blob)) seen.bytes += chunk.length;
      seen.blobs += 1;
      going.tell(seen);
    }
    going.end();
    const { id, startedAt, rows, blobs, blobBytes, version } = backup.facts;
    call.show(
      { folder, id, startedAt, version, rows, blobs, blobBytes, isWhole: true },
      () =>
        `${folder} is whole: ${toCount(rowsOf(backup), "row")} and ${toCount(blobs, "file")} (${toSize(blobBytes)}) as of ${new Date(startedAt).toISOString()}.`,
    );
    return exitCodes.done;
  } finally {
    going.end();
  }
}

function rowsOf({ facts: { rows } }: BackupReader): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

/** A later version may store what this one does not know. */
function requireReadable({ facts: { version } }: BackupReader): void {
  const [own, its] = [facts.version, version].map((text) => text.split(".").map(Number));
  const at = [0, 1, 2].find((index) => own?.[index] !== its?.[index]);
  if (at === undefined || (own?.[at] ?? 0) > (its?.[at] ?? 0)) return;
  throw new UsageError(
    `The backup is of version ${version}, and this is ${facts.version}: restore it with that version, or a later one.`,
  );
}
