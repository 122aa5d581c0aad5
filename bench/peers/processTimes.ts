import { readdirSync, readFileSync } from "node:fs";

/** How often the kernel counts in a second, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU time of a process and its children, those that ended included. On Linux. */
export function familyCpuSeconds(pid: number): number {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))?.parent === pid)
    .map((name) => statOf(Number(name))?.ticks ?? 0);
  const own = statOf(pid);
  return [own?.ticks ?? 0, own?.endedTicks ?? 0, ...children].reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
}

/** CPU time of the thread of a process that runs its JavaScript; not a number where the system does not say. On Linux. */
export function mainThreadCpuSeconds(pid: number): number {
  return (statOf(`${pid}/task/${pid}`)?.ticks ?? Number.NaN) / ticksPerSecond;
}

function statOf(place: number | string) {
  try {
    const text = readFileSync(`/proc/${place}/stat`, "utf8");
    // The name in brackets may hold anything; the fields behind it are numbers.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at],
    );
    return { parent, ticks: user + system, endedTicks: endedUser + endedSystem };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
