import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { managementApplication } from "../../local/issuer/applications.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { readBlocks, splitOutput, toScript, withoutVarying } from "./guideBlocks.ts";

// The commands of docs/odata.md and docs/package-api.md in their order, each page in one shell, against a service as
// `npm start` leaves it.

const root = path.resolve(import.meta.dirname, "../..");
const pages = ["odata.md", "package-api.md"].map((name) => {
  return { name, blocks: readBlocks(readFileSync(path.join(root, "docs", name), "utf8")) };
});

let service: RunningService;
const printed: ReturnType<typeof splitOutput>[] = [];

beforeAll(async () => {
  service = await startService();
  await seedDemo(service.manager);
  const token = await fetchToken();
  for (const { blocks } of pages) {
    const script = toScript(blocks)
      .replaceAll("http://localhost:7071", service.baseUrl)
      .replaceAll("npm run -s token -- --role Integration.Package", `echo ${token}`);
    const shell = spawn("bash", ["-c", script], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const [output] = await Promise.all([text(shell.stdout), once(shell, "exit")]);
    printed.push(splitOutput(blocks, output));
  }
});

afterAll(() => service.stop());

async function fetchToken(): Promise<string> {
  const { clientId, secret } = managementApplication;
  const scope = `${service.baseUrl}/.default`;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret, scope };
  const response = await fetch(service.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return (await readJson<{ readonly access_token: string }>(response)).access_token;
}

describe.each(pages.map(({ name, blocks }, index) => ({ name, blocks, index })))("$name", ({ blocks, index }) => {
  test.each(blocks)("shows at line $line what its commands print", (block) => {
    expect(blocks.length).toBe([8, 3][index]);
    expect(withoutVarying(printed[index]?.get(block) ?? "(not reached)")).toBe(withoutVarying(block.shown));
  });
});
