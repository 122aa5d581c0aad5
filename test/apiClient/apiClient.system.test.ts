import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientApplication, managementApplication } from "../../local/issuer/applications.ts";
import { type RunningService, fetchAuthorization, startService } from "../support/runningService.ts";

// A client as anybody would generate it from the document that the service serves, with openapi-typescript.

const root = path.resolve(import.meta.dirname, "../..");
const generated = path.join(import.meta.dirname, "generated");
const document = path.join(generated, "openapi.json");

let service: RunningService;

beforeAll(async () => {
  service = await startService();
  await mkdir(generated, { recursive: true });
  const answer = await fetch(`${service.baseUrl}/manage/api/openapi.json`);
  await writeFile(document, await answer.text());
});

afterAll(() => service.stop());

/** Runs Node in the folder of the project; its output when it ends well. */
async function node(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (child.exitCode !== 0) throw new Error(output + errors);
  return output;
}

describe("a client that is generated from the OpenAPI document", () => {
  test("goes one whole way, and every answer on it is as the document says", async () => {
    await node("local/generateTypes.ts", document, path.join(generated, "api.ts"));
    await node("node_modules/typescript/bin/tsc", "-p", "test/apiClient/tsconfig.json");
    const { baseUrl } = service;
    const { clientId: applicationId } = clientApplication;
    const client = await fetchAuthorization(service);
    const manager = await fetchAuthorization(service, managementApplication);

    const facts = JSON.stringify({ baseUrl, document, client, manager, applicationId });
    const way = JSON.parse(await node("test/apiClient/way.ts", facts));

    expect(way).toMatchObject({
      sent: { state: 5, rows: 2, kept: "Vendor,Name\r\n10,Müller\r\n20,Æble\r\n" },
      fetched: { signature: "PK", acked: 200 },
      seen: { states: ["Processed"], goesOn: true, found: ["Æble", "Æble"], audited: ["run job", "save job"] },
      refused: [403, 404, 412, 409],
    });
    expect(way.seen.history.at(-1)).toBe("Processed");
    expect(way.checked).toBeGreaterThan(20);
  });
});

describe("the command line", () => {
  test("finds out by itself who gives tokens for a service, and finds it well", async () => {
    const { clientId, secret } = managementApplication;

    const args = ["--json", "--url", service.baseUrl, "--client-id", clientId, "--client-secret", secret];
    const { findings } = JSON.parse(await node("cli/bin.mjs", "doctor", ...args));

    expect(findings.filter(({ is }: { readonly is: string }) => is !== "well")).toEqual([]);
    expect(findings.map(({ check }: { readonly check: string }) => check)).toContain("storage");
  });

  test("needs no more than the address of a service on this machine", async () => {
    const { jobs } = JSON.parse(await node("cli/bin.mjs", "status", "--json", "--url", service.baseUrl));

    expect(jobs).toBeInstanceOf(Array);
  });
});
