import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// `npm start` as a person has it: real processes in a folder of their own.

const root = path.resolve(import.meta.dirname, "../..");
const waitMs = 60_000;

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "start "));
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGINT");
    await once(child, "exit");
  }
  await rm(folder, { recursive: true });
});

function start(...options: readonly string[]) {
  const args = ["local/start.ts", "--folder", folder, "--port", "0", "--no-demo", ...options];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (part: string) => (said += part));
  }
  return {
    child,
    said: () => said,
    ended: once(child, "exit").then(([code]) => code as number | null),
    async says(pattern: RegExp): Promise<RegExpExecArray> {
      return vi.waitFor(
        () => pattern.exec(said) ?? Promise.reject(new Error(`${pattern} is not in:\n${said}`)),
        waitMs,
      );
    },
  };
}

async function runInShell(command: string): Promise<string> {
  const shell = spawn("bash", ["-c", command], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  return text(shell.stdout);
}

const ready = /^Ready at (\S+)$/m;
const offered = /^ {2}(curl .+)$/m;

describe("a start", () => {
  test("offers a command that works, without the demo, also beside another service of the folder", async () => {
    const first = start("--memory");
    await first.says(ready);
    const second = start("--memory", "--https");
    await second.says(ready);

    expect(second.said()).toContain(`Certificate for clients to trust: ${path.relative(root, folder)}`);
    expect(second.said()).not.toContain("--- curl");
    for (const service of [first, second]) {
      const command = (await service.says(offered))[1] ?? "";
      expect(await runInShell(`${command} -s -o /dev/null -w "%{http_code}"`)).toBe("200");
    }

    second.child.kill("SIGINT");
    await second.ended;
    const command = (await first.says(offered))[1] ?? "";
    expect(await runInShell(`${command} -s -o /dev/null -w "%{http_code}"`)).toBe("200");
  });

  test("is refused where another service holds the folder, with where that is", async () => {
    const first = start();
    const [, baseUrl] = await first.says(ready);

    const second = start();

    expect(await second.ended).toBe(1);
    expect(second.said()).toContain(`a service of this folder runs at ${baseUrl} (process ${first.child.pid})`);
  });

  test("that waits for the data of an earlier one says so, and ends at the first Ctrl-C", async () => {
    const holder = spawn(process.execPath, ["local/azuriteChild.ts", path.join(folder, "azurite")], { cwd: root });
    started.push(holder);
    await once(holder.stdout, "data");

    const waiting = start();
    await waiting.says(/^Waiting for another Azurite on .*azurite to end: /m);
    waiting.child.kill("SIGINT");

    expect(await waiting.ended).toBe(0);
    expect(waiting.said()).toContain("Stopped (SIGINT).");
    holder.stdin.end();
    await once(holder, "exit");
  });

  test("keeps the log of the one before it, with the end of a worker in it", async () => {
    const first = start();
    const [, baseUrl] = await first.says(ready);
    const [, worker] = await first.says(/(\d+) \(worker/);
    process.kill(Number(worker), "SIGKILL");
    await first.says(/Another worker runs/);
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
    first.child.kill("SIGINT");
    await first.ended;

    await start().says(ready);

    const kept = await readFile(path.join(folder, "host.1.log"), "utf8");
    expect(kept).toContain(`The worker (process ${worker}) was ended by SIGKILL`);
  });
});
