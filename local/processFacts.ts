import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const answerMsMax = 10_000;

/** What tells a process from another one that got its number later. */
export interface ProcessFacts {
  /** As the system spells it; only equal or not. */
  readonly startedAt: string;
  readonly command: string;
}

/** Of a process that runs now, anybody's; undefined when there is none, or when this system does not say. */
export async function findProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    if (process.platform === "linux") return await readProc(pid);
    return toFacts(process.platform === "win32" ? await askWindows(pid) : await askPs(pid));
  } catch {
    // Not there, ended while it was looked at, or no such command here.
    return undefined;
  }
}

/** The start is the 22nd field, in ticks since the machine started; the name in the second one may hold anything. */
async function readProc(pid: number): Promise<ProcessFacts> {
  const [stat, commandLine, boot] = await Promise.all(
    [`/proc/${pid}/stat`, `/proc/${pid}/cmdline`, "/proc/sys/kernel/random/boot_id"].map((file) =>
      readFile(file, "utf8"),
    ),
  );
  const ticks = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return { startedAt: `${boot?.trim()} ${ticks}`, command: (commandLine ?? "").replaceAll("\0", " ").trim() };
}

async function askPs(pid: number): Promise<string> {
  const { stdout } = await run("ps", ["-o", "lstart=,command=", "-p", String(pid)], { timeout: answerMsMax });
  // "Wed Nov 25 22:12:00 2026 node …": the start has 24 characters.
  return `${stdout.trim().slice(0, 24)}\n${stdout.trim().slice(24).trim()}`;
}

async function askWindows(pid: number): Promise<string> {
  const question =
    `$found = Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}'; ` +
    "if ($found) { $found.CreationDate.ToString('o'); $found.CommandLine }";
  const { stdout } = await run("powershell.exe", ["-NoProfile", "-Command", question], { timeout: answerMsMax });
  return stdout;
}

function toFacts(text: string): ProcessFacts | undefined {
  const [startedAt = "", command = ""] = text.trim().split(/\r?\n/, 2);
  return startedAt === "" ? undefined : { startedAt, command };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
