import { command } from "../command.ts";
import { UsageError } from "../exitCodes.ts";
import { storageOptions } from "../storage/options.ts";

const options = {
  ...storageOptions,
  previous: {
    type: "string",
    value: "folder",
    help: "an earlier backup, of which files that are the same are taken over",
  },
} as const;

export const backupCommand = command(
  {
    name: "backup",
    usage: "FOLDER [--previous <folder>] [--account <address>]",
    summary: "writes all that a system stores to a folder, while the service is at work",
    description:
      "Definitions, messages with their files, records, ledgers and the audit trail, in clear. The folder is new, or that of a\n" +
      "backup that was cut off, which goes on. Ends with 1 when files were missing in the storage itself; the rest is there.",
    options,
    examples: [
      { line: "backup backups/monday", what: "the service that runs here" },
      {
        line: "backup backups/tuesday --previous backups/monday --account https://NAME.blob.core.windows.net",
        what: "a deployed one, as whoever az login is; what Monday has is not fetched again",
      },
    ],
  },
  async (call) => {
    const [folder, ...more] = call.positionals;
    if (folder === undefined || more.length > 0) throw new UsageError("Name one folder for the backup.");
    // Alone here, so that no other command waits for the packages of Azure.
    const { backupToFolder } = await import("../storage/backupToFolder.ts");
    return backupToFolder(call, folder, call.values.previous);
  },
);
