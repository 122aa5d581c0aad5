import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const workflows = globSync(".github/workflows/*.yml", { cwd: root });
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

describe("a workflow", () => {
  test("names each action by its commit, which nobody can move, and says which version that is", () => {
    const uses = workflows.flatMap((file) => all(read(file), /^\s*(?:- )?uses: (.+)$/gm));

    expect(uses.length).toBeGreaterThan(8);
    expect(uses.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });

  test("may read the repository, and more in a job that says so", () => {
    for (const file of workflows) expect(read(file)).toMatch(/^permissions:\n {2}contents: read\n(?! )/m);
  });

  test("compiles with the Bicep CLI of the version that is written down", () => {
    const installs = workflows.flatMap((file) => all(read(file), /(az bicep install.*)$/gm));

    expect(read("infra/bicepVersion.txt")).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(new Set(installs)).toEqual(new Set([`az bicep install --version "v$(cat infra/bicepVersion.txt)"`]));
    expect(all(read(".github/workflows/ci.yml"), /(az bicep install)/g)).toHaveLength(3);
  });

  test("asks what a change would change as a reader", () => {
    const [job] = read(".github/workflows/ci.yml").match(/ {2}what-if:\n[^]*?\n {2}deploy:/)!;

    expect(job).toContain("environment: preview");
    expect(job).toContain("--validation-level ProviderNoRbac");
    expect(job).not.toContain("deployment sub create");
  });
});

describe("the deployer", () => {
  test("may give the roles of the template and no others", () => {
    const needed = all(read("infra/access.bicep"), /'([0-9a-f]{8}-[0-9a-f-]{27})'/g);
    const [allowed] = all(read("docs/deploy.md"), /^ROLES="(.+)"$/gm);

    expect(needed).toHaveLength(5);
    expect(allowed!.split(", ").toSorted()).toEqual(needed.toSorted());
  });
});
