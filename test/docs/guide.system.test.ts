import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { clientApplication, managementApplication } from "../../local/issuer/applications.ts";
import { type RunningService, startService } from "../support/runningService.ts";

// Runs the guide as it stands: all its shell blocks, in their order, in one shell.

const root = path.resolve(import.meta.dirname, "../..");
let service: RunningService;
let folder: string;

beforeAll(async () => {
  service = await startService();
  folder = await mkdtemp(path.join(tmpdir(), "guide-"));
  await cp(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

async function tokenOf({ clientId, secret }: typeof clientApplication): Promise<string> {
  const scope = `${service.baseUrl}/.default`;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret, scope };
  const answer = await fetch(service.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return (await readJson<{ access_token: string }>(answer)).access_token;
}

test("every line of the guide does what the guide says", async () => {
  const guide = await readFile(path.join(root, "docs/guide.md"), "utf8");
  const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
  const script = ["set -euo pipefail", ...blocks]
    .join("\necho; echo '----'\n")
    .replace("http://localhost:7071", service.baseUrl)
    .replace(/\$\(npm run -s token -- --app [^)]*\)/, await tokenOf(clientApplication))
    .replace(/\$\(npm run -s token -- --role [^)]*\)/, await tokenOf(managementApplication));

  const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: folder, timeout: 90_000 });

  expect(blocks.length).toBeGreaterThan(8);
  expect(stdout).not.toMatch(/"status":(4|5)\d\d/);
  const [, , infer, entity, projects, sample, jobs, ledger, imported, managed, mended, exported, returned] =
    stdout.split("\n----\n");
  expect(infer).toContain('"VENDORACCOUNT"');
  expect(entity).toContain('"version":1');
  expect(projects).toContain('"direction":"export"');
  expect(sample).toMatch(/"isValid":false[\s\S]*"isValid":true/);
  expect(jobs).toContain("{00000000-0000-4000-8000-0000000000E2}");
  expect(ledger).toContain('"next":[');
  expect(imported).toContain('"DataJobState":6');
  expect(managed).toMatch(/_LINE,_FIELD,_CODE,_REASON,VENDORACCOUNT,NAME,CREDITLIMIT\r?\n4,CREDITLIMIT,DMF2018,/);
  expect(mended).toContain("25000.5");
  expect(mended).toContain('"300"');
  expect(exported).toMatch(/"IsDownLoadFileExist":true[\s\S]*200\n?$/);
  expect(returned).toContain('"DataJobState":5');
});
