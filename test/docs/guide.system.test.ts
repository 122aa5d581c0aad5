import { spawn } from "node:child_process";
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
import { readBlocks, splitOutput, toScript, withoutVarying } from "./guideBlocks.ts";

// The commands of docs/guide.md in their order, in one shell, against a service as `npm start` leaves it.

const root = path.resolve(import.meta.dirname, "../..");
const blocks = readBlocks(readFileSync(path.join(root, "docs/guide.md"), "utf8"));

let service: RunningService;
let folder: string;
let output: string;
let printed: ReturnType<typeof splitOutput>;

beforeAll(async () => {
  service = await startService();
  await seedDemo(service.manager);
  folder = await mkdtemp(path.join(tmpdir(), "the guide "));
  await writeTokenCommand();
  output = await runInShell(
    toScript(blocks).replaceAll("http://localhost:7071", service.baseUrl).replaceAll(".local/guide", '"$GUIDE_FOLDER"'),
  );
  printed = splitOutput(blocks, output);
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Stands for `npm run -s token`, which asks the service that was started by `npm start` alone. */
async function writeTokenCommand(): Promise<void> {
  const answers = [
    `"run -s token -- --app ${clientApplication.clientId}") echo ${await fetchToken(clientApplication)} ;;`,
    `"run -s token -- --role Integration.Manage") echo ${await fetchToken(managementApplication)} ;;`,
    `*) echo "npm $* is not a command of this test" >&2; exit 1 ;;`,
  ];
  const file = path.join(folder, "npm");
  await writeFile(file, ["#!/bin/sh", 'case "$*" in', ...answers, "esac", ""].join("\n"));
  await chmod(file, 0o755);
}

async function fetchToken({ clientId, secret }: typeof clientApplication): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret,
    scope: `${service.baseUrl}/.default`,
  };
  const response = await fetch(service.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return (await readJson<{ readonly access_token: string }>(response)).access_token;
}

async function runInShell(script: string): Promise<string> {
  const searchPath = [folder, path.dirname(process.execPath), process.env["PATH"]].join(path.delimiter);
  const shell = spawn("bash", ["-c", script], {
    cwd: root,
    env: { ...process.env, PATH: searchPath, GUIDE_FOLDER: path.join(folder, "files") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [all] = await Promise.all([text(shell.stdout), once(shell, "exit")]);
  return all;
}

describe("the guide", () => {
  test("is a walk that a shell follows to its end", () => {
    const lastLines = printed.size === blocks.length ? "" : output.split("\n").slice(-12).join("\n");

    expect(blocks.length).toBeGreaterThan(20);
    expect(lastLines).toBe("");
  });

  test.each(blocks)("shows at line $line what its commands print", (block) => {
    expect(withoutVarying(printed.get(block) ?? "(not reached)")).toBe(withoutVarying(block.shown));
  });
});
