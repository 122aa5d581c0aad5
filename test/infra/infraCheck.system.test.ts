import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const script = path.join(root, "local", "infraCheck.ts");
const fixture = path.join(root, "infra", "main.json");

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "infra-check-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function run(cli: string, ...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const committed = path.join(folder, "main.json");
  return spawnSync(process.execPath, [script, "--committed", committed, ...options], {
    encoding: "utf8",
    env: { ...process.env, BICEP: cli },
  });
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
    const { status, stdout } = run(await compilerThatSays("", 0), "--write");

    expect(stdout).toMatch(
      /^\d+ Bicep files compile without a warning\.\nThe compiled template keeps every assertion\.\n$/,
    );
    expect(status).toBe(0);
  });

  test("tells what became of the template that is committed, and where to look", async () => {
    const compiler = await compilerThatSays("", 0);
    run(compiler, "--write");
    const committed = path.join(folder, "main.json");
    await writeFile(committed, (await readFile(committed, "utf8")).replace("TLS1_2", "TLS1_3"));

    const { status, stderr } = run(compiler);
    expect(stderr).toMatch(
      /main\.json is not what infra\/main\.bicep compiles to, line \d+: ".*TLS1_3.*" became ".*TLS1_2/,
    );
    expect(status).toBe(1);
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

describe("the variables of the workflow", () => {
  const handOver = (variables: Readonly<Record<string, string>>): string =>
    spawnSync(process.execPath, [path.join(root, ".ci", "parameters.mjs")], {
      encoding: "utf8",
      env: { ...process.env, VARIABLES: JSON.stringify(variables) },
    }).stdout;

  const asked = (): string[] =>
    [
      ...readFileSync(path.join(root, "infra/main.bicepparam"), "utf8").matchAll(/readEnvironmentVariable\('(\w+)'/g),
    ].map(([, name]) => name!);

  test("reach the source one by one", () => {
    const said = handOver(Object.fromEntries(asked().map((name) => [name, `value of ${name}`])));

    for (const name of asked()) expect(said).toMatch(new RegExp(`^${name}<<(\\S+)\\nvalue of ${name}\\n\\1$`, "m"));
  });

  test("leave the default where one is empty, and pass on none that nobody asks for", () => {
    expect(handOver({ RETENTION_DAYS: "", PATH: "/tmp", AZURE_CLIENT_ID: "x" })).toBe("");
  });
});
