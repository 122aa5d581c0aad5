import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const script = path.join(import.meta.dirname, "..", "..", "local", "infraCheck.ts");
const fixture = path.join(import.meta.dirname, "fixtures", "compiled.json");

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "infra-check-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function run(cli: string, ...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [script, ...options], { encoding: "utf8", env: { ...process.env, BICEP: cli } });
}

/** Takes the compiler's place: says one thing on the standard error and gives the fixture as what it compiled. */
async function compilerThatSays(diagnostic: string, status: number): Promise<string> {
  const file = path.join(folder, "bicep");
  await writeFile(file, `#!/bin/sh\necho '${diagnostic}' >&2\ncat '${fixture}'\nexit ${status}\n`);
  await chmod(file, 0o755);
  return file;
}

describe("the infra check", () => {
  test("says in one line that the compiler is missing, with an exit code of its own", () => {
    const { status, stderr } = run(path.join(folder, "absent"));

    expect(stderr.trim()).toBe("The Bicep CLI is neither on the PATH nor in BICEP: the compiler did not run.");
    expect(status).toBe(3);
  });

  test("passes what the compiler and the assertions find nothing in", async () => {
    const { status, stdout } = run(await compilerThatSays("", 0));

    expect(stdout).toMatch(
      /^\d+ Bicep files compile without a warning\.\nThe compiled template keeps every assertion\.\n$/,
    );
    expect(status).toBe(0);
  });

  test("takes a warning of the compiler for an error, and says it once", async () => {
    const warning = "main.bicep(1,1) : Warning no-unused-params: Parameter is declared but never used.";
    const { status, stderr } = run(await compilerThatSays(warning, 0));

    expect(stderr.trim()).toBe(warning);
    expect(status).toBe(1);
  });

  test("does not overlook a compiler that fails without a diagnostic", async () => {
    const { status, stderr } = run(await compilerThatSays("Unhandled exception.", 134));

    expect(stderr).toContain("Unhandled exception.");
    expect(status).toBe(1);
  });

  test("checks a template that was compiled elsewhere", async () => {
    const open = path.join(folder, "open.json");
    await writeFile(
      open,
      JSON.stringify({
        $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        resources: [{ type: "Microsoft.Storage/storageAccounts", name: "open", properties: {} }],
      }),
    );

    expect(run("absent", "--compiled", fixture).status).toBe(0);
    const { status, stderr } = run("absent", "--compiled", open);
    expect(stderr).toContain(
      "shared keys are off: The storage account open does not set allowSharedKeyAccess to false.",
    );
    expect(status).toBe(1);
  });
});
