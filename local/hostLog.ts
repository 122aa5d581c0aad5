import { appendFileSync, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { HostLog } from "./host/coreTypes.ts";
import { describeError } from "./host/describeError.ts";

export interface LogFile {
  readonly log: HostLog;
  close(): Promise<void>;
}

const loud = ["warning", "error", "critical"];
/** Logs of earlier starts that are kept beside the new one: `host.1.log` is the last. */
const keptMax = 5;

/** Writes everything to the file, begun anew, and the first line of warnings and errors to the console as well. */
export async function openHostLog(file: string): Promise<LogFile> {
  await mkdir(path.dirname(file), { recursive: true });
  await keepEarlier(file);
  const output = createWriteStream(file, { flags: "a" });
  // Written at once: this process ends right behind it.
  const noteCrash = (error: unknown): void =>
    appendFileSync(file, `${new Date().toISOString()} critical host: ${describeError(error)}\n`);
  process.on("uncaughtExceptionMonitor", noteCrash);
  // A full disk must not stop the service: what cannot be written is said once and then dropped.
  output.once("error", (error) => console.error(`The log ${file} cannot be written: ${error.message}`));
  return {
    log(level, category, message) {
      output.write(`${new Date().toISOString()} ${level} ${category}: ${message}\n`);
      if (loud.includes(level)) console.error(`${level}: ${message.split("\n", 1)[0]}`);
    },
    async close() {
      process.off("uncaughtExceptionMonitor", noteCrash);
      await new Promise<void>((resolve) => output.end(resolve));
    },
  };
}

/** What a crash left in the log is still there after the next start. */
async function keepEarlier(file: string): Promise<void> {
  if (!(await sizeOf(file))) return;
  const { dir, name, ext } = path.parse(file);
  const kept = (number: number): string => path.join(dir, `${name}.${number}${ext}`);
  await rm(kept(keptMax), { force: true });
  for (let number = keptMax - 1; number >= 1; number -= 1) await moveIfAny(kept(number), kept(number + 1));
  await moveIfAny(file, kept(1));
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await ifAny(stat(file)))?.size;
}

async function moveIfAny(from: string, to: string): Promise<void> {
  await ifAny(rename(from, to));
}

async function ifAny<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
