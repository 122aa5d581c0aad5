import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { roadProblems, type Roads } from "../../local/infra/roads.ts";

// infra/main.bicepparam is the one source of parameters: whoever deploys by it passes every one of them.

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const roads: Roads = {
  main: read("infra/main.bicep"),
  parameters: read("infra/main.bicepparam"),
  azd: read("azure.yaml"),
  workflow: read(".github/workflows/ci.yml"),
  guide: read("docs/deploy.md"),
  infraFiles: globSync("**/*", { cwd: path.join(root, "infra") }),
};

/** The roads with one thing of them changed, wherever it stands. */
function changed(file: keyof Omit<Roads, "infraFiles">, from: string | RegExp, to: string): Roads {
  const text = roads[file].replace(from, to);
  if (text === roads[file]) throw new Error(`There is no ${from} in ${file}.`);
  return { ...roads, [file]: text };
}

const faults: readonly (readonly [what: string, faulty: Roads, said: RegExp])[] = [
  [
    "a parameter that the source drops",
    changed("parameters", /^param retentionDays.*\n/m, ""),
    /not give retentionDays/,
  ],
  ["a variable of another name", changed("parameters", "'RETENTION_DAYS'", "'RETENTION'"), /retentionDays comes from/],
  ["another default", changed("parameters", "'RETENTION_DAYS', '7'", "'RETENTION_DAYS', '1'"), /retentionDays is '1'/],
  ["a new parameter", changed("main", "\nparam ", "\nparam colour string = 'red'\nparam "), /not give colour/],
  ["another module of azd", changed("azd", "module: main", "module: other"), /azd does not find/],
  ["no registration before azd up", changed("azd", "  preup:", "  postup:"), /in preup/],
  ["no registration before azd provision", changed("azd", "  preprovision:", "  postdown:"), /in preprovision/],
  ["another folder that azd deploys", changed("azd", "dist: dist/package", "dist: dist"), /azd does not deploy/],
  ["a build in Azure", changed("azd", "remoteBuild: false", "remoteBuild: true"), /lets Azure build/],
  [
    "a package that azd does not make",
    changed("azd", /local\/package\.ts/g, "local/build.ts"),
    /does not make the package/,
  ],
  [
    "a parameter of the workflow beside the source",
    changed("workflow", "--parameters infra/main.bicepparam", "--parameters infra/main.bicepparam retentionDays=7"),
    /The workflow deploys by/,
  ],
  [
    "a workflow that names the template alone",
    changed("workflow", "--parameters infra/main.bicepparam", "--template-file infra/main.bicep"),
    /The workflow deploys by/,
  ],
  ["a job without variables", changed("workflow", "VARIABLES: ${{ toJSON(vars) }}", "OTHER: x"), /has no variables/],
  [
    "a job that drops its variables",
    changed("workflow", "run: node .ci/parameters.mjs", "run: true"),
    /hands no variables/,
  ],
  ["another package of the workflow", changed("workflow", "dist/package.zip", "dist/app.zip"), /does not deploy/],
  ["another package of the guide", changed("guide", "dist/package.zip", "dist/app.zip"), /does not deploy/],
  ["a second source", { ...roads, infraFiles: ["main.parameters.json"] }, /a second source/],
];

describe("the roads to Azure", () => {
  test("deploy the same, by every parameter of main.bicep", () => {
    expect(roadProblems(roads)).toEqual([]);
  });

  for (const [what, faulty, said] of faults) {
    test(`part with ${what}`, () => {
      expect(roadProblems(faulty)).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    });
  }
});
