import { command } from "../command.ts";
import { UsageError } from "../exitCodes.ts";
import { storageOptions } from "../storage/options.ts";

const options = {
  ...storageOptions,
  repair: { type: "boolean", help: "mends what is safe to mend, by what the service itself does about it" },
  quick: { type: "boolean", help: "compares what is there, and does not read it" },
  wait: { type: "string", value: "seconds", help: "before what looks wrong is looked at again; 10 without it" },
} as const;

const secondsMax = 3600;

export const fsckCommand = command(
  {
    name: "fsck",
    usage: "[--repair] [--quick] [--account <address>]",
    summary: "looks whether the storage of a system is whole, and mends what is safe",
    description:
      "Reads tables, blobs and queues past the service, which may be at work. Ends with 0 when all is well, 1 when it found\n" +
      "something, and 7 when it found something and mended all of it.",
    options,
    examples: [
      { line: "fsck", what: "the service that runs here" },
      { line: "fsck --account https://NAME.blob.core.windows.net", what: "a deployed one, as whoever az login is" },
      { line: "fsck --quick --json | jq -r 'select(.kind) | .place'", what: "what is wrong, for a script" },
      { line: "fsck --repair", what: "mends what is safe" },
    ],
  },
  async (call) => {
    const { wait = "10", repair = false, quick = false } = call.values;
    const seconds = Number(wait);
    if (!/^\d+$/.test(wait) || seconds > secondsMax) {
      throw new UsageError(`--wait is whole seconds, 0 to ${secondsMax}, not "${wait}".`);
    }
    // Alone here, so that no other command waits for the packages of Azure.
    const { fsckStorage } = await import("../storage/fsckStorage.ts");
    return fsckStorage(call, { repairs: repair, isQuick: quick, waitMs: seconds * 1000 });
  },
);
