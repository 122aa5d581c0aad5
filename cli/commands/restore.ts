import { command } from "../command.ts";
import { UsageError } from "../exitCodes.ts";
import { storageOptions } from "../storage/options.ts";

const options = {
  ...storageOptions,
  check: { type: "boolean", help: "reads all of the backup and holds it against its checksums; restores nothing" },
} as const;

export const restoreCommand = command(
  {
    name: "restore",
    usage: "FOLDER [--check] [--account <address>]",
    summary: "writes a backup to the storage of a new system, whose service is stopped",
    description:
      "Into an account that no service has used, in whatever region. One that was cut off goes on when it is asked for again.\n" +
      "Afterwards start the service: what was under way begins again, due times that passed follow the jobs' misfire policy.",
    options,
    examples: [
      { line: "restore backups/monday --check", what: "whether the backup is whole" },
      { line: "restore backups/monday --account https://NAME.blob.core.windows.net", what: "as whoever az login is" },
    ],
  },
  async (call) => {
    const [folder, ...more] = call.positionals;
    if (folder === undefined || more.length > 0) throw new UsageError("Name one folder that holds a backup.");
    // Alone here, so that no other command waits for the packages of Azure.
    const { checkBackup, restoreFromFolder } = await import("../storage/restoreFromFolder.ts");
    return call.values.check ? checkBackup(call, folder) : restoreFromFolder(call, folder);
  },
);
