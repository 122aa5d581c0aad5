import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

// infra/main.bicepparam is the one source of parameters: whoever deploys by it passes every one of them.

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const source = read("infra/main.bicepparam");
const declared = new Map(
  [...read("infra/main.bicep").matchAll(/^param (\w+) [^=\n]+?(?: = (.+))?$/gm)].map(([, name, byDefault]) => [
    name!,
    byDefault,
  ]),
);
const given = new Map([...source.matchAll(/^param (\w+) = (.+)$/gm)].map(([, name, value]) => [name!, value!]));
const asked = [...source.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name!);

/** What a value of the environment is before it becomes a number, a switch or an object. */
const inner = (value: string): string => /readEnvironmentVariable\('\w+'(?:, (.+?))?\)+$/.exec(value)?.[1] ?? "";

const otherNames: Readonly<Record<string, string>> = {
  environmentName: "AZURE_ENV_NAME",
  location: "AZURE_LOCATION",
  tags: "RESOURCE_TAGS",
  tenantId: "API_TENANT_ID",
  nodeVersion: "APP_NODE_VERSION",
};
const variableOf = (parameter: string): string =>
  otherNames[parameter] ??
  parameter
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();

describe("the source of parameters", () => {
  test("gives every parameter of main.bicep, in its order", () => {
    expect([...given.keys()]).toEqual([...declared.keys()]);
  });

  test("takes each from one variable, whose name follows from the parameter's", () => {
    expect(asked).toEqual([...declared.keys()].map(variableOf));
  });

  test("has the defaults of main.bicep, and none where there is none", () => {
    const plain = (text: string): string => text.replaceAll("'", "");
    const wrong = [...given].filter(([name, value]) => plain(inner(value)) !== plain(declared.get(name) ?? ""));

    expect(wrong).toEqual([]);
  });
});

describe("each road to Azure", () => {
  test("of azd finds the source: the file beside its module, with no other one", () => {
    const [, folder, module] = /infra:\n {2}provider: bicep\n {2}path: (\w+)\n {2}module: (\w+)\n/.exec(
      read("azure.yaml"),
    )!;

    expect(existsSync(path.join(root, folder!, `${module}.bicepparam`))).toBe(true);
    expect(existsSync(path.join(root, folder!, `${module}.parameters.json`))).toBe(false);
    expect(source).toContain(`using '${module}.bicep'`);
  });

  test("of azd registers the API before azd compiles the source, in azd up and in azd provision", () => {
    for (const hook of ["preup", "preprovision"]) {
      const [block] = new RegExp(`^ {2}${hook}:\\n(?: {4}.*\\n)+`, "m").exec(read("azure.yaml"))!;
      expect(block.match(/run: node local\/run\.mjs infra\/entra\/register\.ts --azd$/gm)).toHaveLength(2);
    }
  });

  for (const file of ["docs/deploy.md", ".github/workflows/ci.yml"]) {
    test(`of ${file} deploys by the source, and adds nothing beside it`, () => {
      const commands = read(file).match(/az deployment sub (?:create|what-if) (?:[^\n]*\\\n)*[^\n]*/g) ?? [];

      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) {
        expect(command.match(/--(?:parameters|template-file) \S+/g)).toEqual(["--parameters infra/main.bicepparam"]);
      }
    });
  }

  test("of the workflow hands over every variable in both jobs that ask Azure", () => {
    const workflow = read(".github/workflows/ci.yml");

    expect(workflow.match(/VARIABLES: \$\{\{ toJSON\(vars\) \}\}/g)).toHaveLength(2);
    expect(workflow.match(/run: node \.ci\/parameters\.mjs >> "\$GITHUB_ENV"/g)).toHaveLength(2);
  });
});
