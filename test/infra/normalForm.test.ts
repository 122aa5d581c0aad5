import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { firstDifference, writeNormalForm } from "../../local/infra/normalForm.ts";
import { readTemplate } from "../../local/infra/readTemplate.ts";
import { checkWholeTemplate } from "../../local/infra/wholeTemplate.ts";

const infra = path.join(import.meta.dirname, "..", "..", "infra");
const committed = readFileSync(path.join(infra, "main.json"), "utf8");

describe("the compiled template that is committed", () => {
  test("is in normal form, and says nothing of the compiler", () => {
    expect(writeNormalForm(readTemplate(committed))).toBe(committed);
    expect(committed).not.toContain("_generator");
  });

  test("has the parameters and outputs of main.bicep", () => {
    const main = readFileSync(path.join(infra, "main.bicep"), "utf8");
    const template: { readonly parameters: object; readonly outputs: object } = JSON.parse(committed);

    for (const [keyword, members] of [
      ["param", template.parameters],
      ["output", template.outputs],
    ] as const) {
      const names = [...main.matchAll(new RegExp(`^${keyword} (\\w+) `, "gm"))].map(([, name]) => name);
      expect(Object.keys(members)).toEqual(names);
    }
  });

  test("has the names of the code: npm run infra:check -- --write brings it up to date", () => {
    const names: object = JSON.parse(readFileSync(path.join(infra, "names.json"), "utf8"));
    const template: { readonly variables: object } = JSON.parse(committed);

    expect(Object.values(template.variables)).toContainEqual(names);
  });

  test("keeps every assertion", () => {
    expect(checkWholeTemplate(readTemplate(committed))).toEqual([]);
  });
});

describe("a difference", () => {
  test("is told by its first line", () => {
    expect(firstDifference("a\nb\nc\n", "a\nB\nc\n")).toBe('line 2: "b" became "B"');
    expect(firstDifference("", "a\n")).toBe('line 1: "" became "a"');
    expect(firstDifference("a\nb", "a\nb\nc")).toBe('line 3: "" became "c"');
    expect(firstDifference("a\n", "a\n")).toBeUndefined();
  });
});
