import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const pages = ["README.md", ...globSync("docs/*.md", { cwd: root })];

/** The files that a page links to, relative to the root. */
function linksOf(page: string): readonly string[] {
  const text = readFileSync(path.join(root, page), "utf8");
  const targets = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, target]) => target ?? "");
  return targets.map((target) => path.join(path.dirname(page), target));
}

describe("a link in the documents", () => {
  test.each(pages)("of %s leads to a file that is there", (page) => {
    expect(linksOf(page).filter((target) => !existsSync(path.join(root, target)))).toEqual([]);
  });

  test("of the guarantees leads to the tests that carry them", () => {
    const tests = linksOf(path.join("docs", "guarantees.md")).filter((target) => target.endsWith(".test.ts"));

    expect(new Set(tests).size).toBeGreaterThan(10);
  });
});
