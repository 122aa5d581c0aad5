import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientSettings } from "../../local/clientSettings.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { type RunningService, startService } from "../support/runningService.ts";

// The settings of docs/connect.md, as `npm start -- --https` prints them, in the clients that this machine has.

const root = path.resolve(import.meta.dirname, "../..");
const messageId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const isThere = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

let service: RunningService;
let folder: string;
let certificateFile: string;

beforeAll(async () => {
  service = await startService({ https: true });
  await seedDemo(service.manager);
  // Below the project, where its packages are found.
  folder = await mkdtemp(path.join(root, "node_modules", ".connect-"));
  certificateFile = path.join(await mkdtemp(path.join(tmpdir(), "connect-")), "certificate.crt");
  await writeFile(certificateFile, service.certificate ?? "");
});

afterAll(async () => {
  await service.stop();
  await Promise.all([folder, path.dirname(certificateFile)].map((made) => rm(made, { recursive: true })));
});

async function settingsOf(wanted: string, fileName: string): Promise<string> {
  const found = clientSettings({ baseUrl: service.baseUrl, certificateFile }).find(({ client }) => client === wanted);
  const file = path.join(folder, fileName);
  await writeFile(file, found?.text ?? "");
  return file;
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(command, [...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return text(child.stdout);
}

test("curl sends a file", async () => {
  expect(await run("bash", [await settingsOf("curl", "send.sh")], {})).toMatch(messageId);
});

test("Node sends a file", async () => {
  const output = await run(process.execPath, [await settingsOf("Node", "send.mjs")], {
    NODE_EXTRA_CA_CERTS: certificateFile,
  });

  expect(output).toMatch(/^200 "/);
  expect(output).toMatch(messageId);
});

test.skipIf(!isThere("python3", "-c", "import msal, requests"))("Python sends a file", async () => {
  const output = await run("python3", [await settingsOf("Python", "send.py")], { REQUESTS_CA_BUNDLE: certificateFile });

  expect(output).toMatch(/^200 "/);
  expect(output).toMatch(messageId);
});

test.skipIf(!isThere("pwsh", "-v"))("PowerShell sends a file", async () => {
  const output = await run("pwsh", ["-NoProfile", await settingsOf("PowerShell", "send.ps1")], {
    SSL_CERT_FILE: certificateFile,
  });

  expect(output).toMatch(messageId);
});
