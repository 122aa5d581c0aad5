import { randomUUID } from "node:crypto";
import path from "node:path";
import facts from "../../package.json" with { type: "json" };
import type { BackupFacts } from "../../shared/storage/backup/backup.ts";
import { takeBackup } from "../../shared/storage/backup/takeBackup.ts";
import type { Call } from "../command.ts";
import { type ExitCode, exitCodes } from "../exitCodes.ts";
import { toCount, toSize } from "../output/units.ts";
import { openBackup, openBackupFolder } from "./backup/backupFolder.ts";
import { goingOf } from "./backup/going.ts";
import { openStorage } from "./openStorage.ts";
import type { storageOptions } from "./options.ts";

/** Takes a backup, and tells what is in it. */
export async function backupToFolder(
  call: Call<typeof storageOptions>,
  name: string,
  previous: string | undefined,
): Promise<ExitCode> {
  const { values, progress, now, show } = call;
  const folder = path.resolve(call.folder, name);
  const earlier = previous === undefined ? undefined : path.resolve(call.folder, previous);
  // One that is not whole would give what nobody knows of.
  if (earlier !== undefined) await openBackup(earlier);
  const storage = await openStorage(values, call);
  const writer = await openBackupFolder(folder, earlier);
  progress.tell(`Taking a backup of ${storage.name}.`);
  const going = goingOf(call, "backup");
  try {
    const order = { id: randomUUID(), version: facts.version, now, tell: going.tell };
    const taken = await takeBackup(storage.ground, writer, order);
    going.end();
    show({ storage: storage.name, folder, ...taken }, () => toText(taken, folder));
    return taken.missing.length > 0 ? exitCodes.failed : exitCodes.done;
  } finally {
    going.end();
  }
}

function toText({ rows, blobs, blobBytes, reusedBlobs, missing }: BackupFacts, folder: string): string {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const reused = reusedBlobs > 0 ? `, ${reusedBlobs} of them from the earlier backup` : "";
  const lines = [`${folder} has ${toCount(all, "row")} and ${toCount(blobs, "file")} (${toSize(blobBytes)})${reused}.`];
  if (missing.length > 0) {
    lines.push(`${toCount(missing.length, "file")} that messages name are not in the storage any more:`);
    lines.push(...missing.slice(0, 20).map((name) => `  ${name}`));
  }
  return lines.join("\n");
}
