import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { clientApplication, managementApplication } from "../../local/issuer/applications.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { readBlocks, type Shell, splitOutput, toScript, withoutVarying } from "./guideBlocks.ts";

// The commands of docs/guide.md in their order, in one shell, against a service as `npm start` leaves it.

const root = path.resolve(import.meta.dirname, "../..");
const blocks = readBlocks(readFileSync(path.join(root, "docs/guide.md"), "utf8"));
const shells: readonly Shell[] = ["bash", "pwsh"];
const isThere = (shell: Shell): boolean => shell === "bash" || spawnSync(shell, ["-v"]).status === 0;

test("the guide has its lines for PowerShell behind those for bash", () => {
  expect(blocks.filter(({ powerShell }) => powerShell === "").map(({ line }) => `line ${line}`)).toEqual([]);
});

describe.each(shells)("the guide in %s", (shell) => {
  let service: RunningService;
  let folder: string;
  let output: string;
  let printed: ReturnType<typeof splitOutput>;

  beforeAll(async () => {
    if (!isThere(shell)) return;
    service = await startService();
    await seedDemo(service.manager);
    folder = await mkdtemp(path.join(tmpdir(), shell === "bash" ? "the guide " : "guide-"));
    output = await (shell === "bash" ? runInBash(service, folder) : runInPowerShell(service, folder));
    printed = splitOutput(blocks, output);
  });

  afterAll(async () => {
    if (!isThere(shell)) return;
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.skipIf(!isThere(shell))("is a walk that a shell follows to its end", () => {
    const lastLines = printed.size === blocks.length ? "" : output.split("\n").slice(-12).join("\n");

    expect(blocks.length).toBeGreaterThan(20);
    expect(lastLines).toBe("");
  });

  test.skipIf(!isThere(shell)).each(blocks)("shows at line $line what its commands print", (block) => {
    expect(withoutVarying(printed.get(block) ?? "(not reached)")).toBe(withoutVarying(block.shown));
  });
});

async function runInBash(service: RunningService, folder: string): Promise<string> {
  await writeTokenCommand(service, folder);
  const script = toScript(blocks)
    .replaceAll("http://localhost:7071", service.baseUrl)
    .replaceAll(".local/guide", '"$GUIDE_FOLDER"');
  const searchPath = [folder, path.dirname(process.execPath), process.env["PATH"]].join(path.delimiter);
  return run("bash", ["-c", script], { PATH: searchPath, GUIDE_FOLDER: path.join(folder, "files") });
}

/** Stands for `npm run -s token`, which asks the service that was started by `npm start` alone. */
async function writeTokenCommand(service: RunningService, folder: string): Promise<void> {
  const answers = [
    `"run -s token -- --app ${clientApplication.clientId}") echo ${await fetchToken(service, clientApplication)} ;;`,
    `"run -s token -- --role Integration.Manage") echo ${await fetchToken(service, managementApplication)} ;;`,
    `*) echo "npm $* is not a command of this test" >&2; exit 1 ;;`,
  ];
  const file = path.join(folder, "npm");
  await writeFile(file, ["#!/bin/sh", 'case "$*" in', ...answers, "esac", ""].join("\n"));
  await chmod(file, 0o755);
}

async function runInPowerShell(service: RunningService, folder: string): Promise<string> {
  const token = async (application: typeof clientApplication): Promise<string> =>
    `Write-Output '${await fetchToken(service, application)}'`;
  const command = "node local/run.mjs local/token.ts";
  const script = toScript(blocks, "pwsh")
    .replaceAll("http://localhost:7071", service.baseUrl)
    .replaceAll(".local/guide", path.join(folder, "files"))
    .replaceAll(`${command} --app ${clientApplication.clientId}`, await token(clientApplication))
    .replaceAll(`${command} --role Integration.Manage`, await token(managementApplication));
  const file = path.join(folder, "guide.ps1");
  await writeFile(file, script);
  const searchPath = [path.dirname(process.execPath), process.env["PATH"]].join(path.delimiter);
  return run("pwsh", ["-NoProfile", "-NonInteractive", file], { PATH: searchPath, NO_COLOR: "1" });
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const shell = spawn(command, [...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [all] = await Promise.all([text(shell.stdout), once(shell, "exit")]);
  return all;
}

async function fetchToken(service: RunningService, { clientId, secret }: typeof clientApplication): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret,
    scope: `${service.baseUrl}/.default`,
  };
  const response = await fetch(service.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return (await readJson<{ readonly access_token: string }>(response)).access_token;
}
