import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { HostLog } from "./host/coreTypes.ts";

export interface LogFile {
  readonly log: HostLog;
  close(): Promise<void>;
}

const loud = ["warning", "error", "critical"];

/** Writes everything to the file, begun anew, and the first line of warnings and errors to the console as well. */
export async function openHostLog(file: string): Promise<LogFile> {
  await mkdir(path.dirname(file), { recursive: true });
  const output = createWriteStream(file);
  // A full disk must not stop the service: what cannot be written is said once and then dropped.
  output.once("error", (error) => console.error(`The log ${file} cannot be written: ${error.message}`));
  return {
    log(level, category, message) {
      output.write(`${new Date().toISOString()} ${level} ${category}: ${message}\n`);
      if (loud.includes(level)) console.error(`${level}: ${message.split("\n", 1)[0]}`);
    },
    close: () => new Promise((resolve) => output.end(resolve)),
  };
}
