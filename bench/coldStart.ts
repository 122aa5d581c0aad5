import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { startAzurite } from "../local/azurite.ts";
import { packageApp } from "../local/package.ts";
import { type Figure, median } from "./figure.ts";

const roundsMax = 7;
const megabyte = 1024 * 1024;
const root = path.dirname(import.meta.dirname);

/** What a cold start pays for: the size of the zip that is deployed, and the time from process start to first answer. */
export async function benchColdStart(scale: number): Promise<readonly Figure[]> {
  await packageApp();
  const { size } = await stat(path.join(root, "dist/package.zip"));
  const azurite = await startAzurite();
  const times: { readonly bare: number; readonly app: number }[] = [];
  try {
    for (let round = 0; round < Math.max(1, Math.round(roundsMax * scale)); round++) {
      const bare = await timeFirstAnswer("bare", "");
      times.push({ bare, app: await timeFirstAnswer(path.join(root, "dist/package"), azurite.connectionString) });
    }
  } finally {
    await azurite.stop();
  }
  const limit = { what: "a bare server of Node", value: median(times.map(({ bare }) => bare)) };
  return [
    { what: "zip that is deployed", value: size / megabyte, unit: "MB", target: { atMost: 10 } },
    { what: "process start to first answer", value: median(times.map(({ app }) => app)), unit: "ms", limit },
  ];
}

async function timeFirstAnswer(appRoot: string, connectionString: string): Promise<number> {
  const startedAt = performance.now();
  const script = path.join(import.meta.dirname, "coldStartChild.ts");
  const child = spawn(process.execPath, [script, appRoot, connectionString], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [baseUrl] = (await once(createInterface(child.stdout), "line")) as [string];
    const answer = await fetch(`${baseUrl}/healthz`);
    if (answer.status !== 200) throw new Error(`The first answer was ${answer.status}.`);
    return performance.now() - startedAt;
  } finally {
    child.kill("SIGKILL");
  }
}
