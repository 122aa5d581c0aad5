import { readFile, writeFile } from "node:fs/promises";

/** The most memory that a process held since `forgetPeak`; undefined where the system does not say (Linux does). */
export async function readPeakMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return peak === undefined ? undefined : Number(peak) / 1024;
}

/** Elsewhere than on Linux a peak is that of the whole life, which is never smaller. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => undefined);
}
