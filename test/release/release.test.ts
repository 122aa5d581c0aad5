import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

describe("a release", () => {
  const workflow = read(".github/workflows/release.yml");

  test("is made offline by one script, and what it made is what is attested and uploaded", () => {
    const steps = workflow.split(/^ {6}- /m);
    const after = steps.slice(steps.findIndex((step) => step.includes("local/release.ts --tag")) + 1).join("");

    expect(workflow).toContain(`node local/run.mjs local/release.ts --tag "$GITHUB_REF_NAME"`);
    expect(after.match(/dist\/release\/\*/g)).toHaveLength(2);
    expect(after).not.toMatch(/npm|node /);
  });

  test("has passed every check", () => {
    expect(workflow.indexOf("run: .ci/run")).toBeGreaterThan(0);
    expect(workflow.indexOf("run: .ci/run")).toBeLessThan(workflow.indexOf("local/release.ts --tag"));
  });

  test("consists of the files that the guide to operating lists", () => {
    const script = read("local/release.ts");
    const [table] = read("docs/operate.md").match(/^\| File \|(?:.*\n)+?(?=\n)/m)!;

    for (const file of ["main.json", "sbom.cdx.json", "licences.txt", "SHA256SUMS"]) {
      expect(script).toContain(`"${file}"`);
      expect(table).toContain(`\`${file}\``);
    }
    expect(script).toContain("recurring-integrations-${version}.zip");
    expect(table).toContain("recurring-integrations-<version>.zip");
  });

  test("comes with a guide that says what to do on each alert", () => {
    const titles = [...read("infra/alerts.bicep").matchAll(/^ {4}title: '(.+)'$/gm)].map(([, title]) => title!);
    const guide = read("docs/operate.md");

    expect(titles.length).toBeGreaterThan(5);
    expect(titles.filter((title) => !guide.includes(`| ${title} |`))).toEqual([]);
  });
});
