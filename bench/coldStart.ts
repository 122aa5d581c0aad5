import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { startAzurite } from "../local/azurite.ts";
import { packageApp } from "../local/package.ts";
import { type Figure, median } from "./figure.ts";

const roundsMax = 7;
const megabyte = 1024 * 1024;

/** What a cold start pays for: the size of the zip that is deployed, and the time from process start to first answer. */
export async function benchColdStart(scale: number): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack();
  // A place of its own: whoever else lays out the package takes that of before away.
  const folder = await mkdtemp(path.join(tmpdir(), "cold-start-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const app = path.join(folder, "package");
  const { zipBytes } = await packageApp(undefined, app);
  const azurite = await startAzurite();
  stack.defer(() => azurite.stop());
  const times: { readonly bare: number; readonly app: number }[] = [];
  for (let round = 0; round < Math.max(1, Math.round(roundsMax * scale)); round++) {
    const bare = await timeFirstAnswer("bare", "");
    times.push({ bare, app: await timeFirstAnswer(app, azurite.connectionString) });
  }
  const limit = { what: "a bare server of Node", value: median(times.map(({ bare }) => bare)) };
  return [
    { what: "zip that is deployed", value: zipBytes / megabyte, unit: "MB", target: { atMost: 10 } },
    { what: "process start to first answer", value: median(times.map(({ app }) => app)), unit: "ms", limit },
  ];
}

async function timeFirstAnswer(appRoot: string, connectionString: string): Promise<number> {
  const startedAt = performance.now();
  const script = path.join(import.meta.dirname, "coldStartChild.ts");
  const child = spawn(process.execPath, [script, appRoot, connectionString], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const ended = once(child, "exit").then(() => Promise.reject(new Error("It ended before it listened.")));
    ended.catch(() => undefined);
    const [baseUrl] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
    const answer = await fetch(`${baseUrl}/healthz`);
    if (answer.status !== 200) throw new Error(`The first answer was ${answer.status}.`);
    return performance.now() - startedAt;
  } finally {
    child.kill("SIGKILL");
  }
}
