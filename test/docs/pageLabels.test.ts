import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const page = globSync("web/**/*.{ts,tsx}", { cwd: root, exclude: (name) => name.endsWith("generated") })
  .map((file) => readFileSync(path.join(root, file), "utf8"))
  .join("\n")
  .replaceAll(/\s+/g, " ");
/** What makes or sets something is called by its kind. */
const composed = /^(?:New|Set) (?<kind>[a-z ]+)$/;

/** What is in italics, which is what the page is said to call something. */
function labelsOf(markdown: string): readonly string[] {
  const plain = markdown
    .replaceAll(/^> ?/gm, "")
    .replaceAll(/\*\*.*?\*\*/gs, "")
    .replaceAll(/\s+/g, " ");
  return Array.from(plain.matchAll(/\*(?<label>[^*]+)\*/g), ({ groups }) => groups?.["label"] ?? "");
}

function isThere(label: string): boolean {
  const kind = composed.exec(label)?.groups?.["kind"];
  return page.includes(label) || (kind !== undefined && page.toLowerCase().includes(kind));
}

const guide = readFileSync(path.join(root, "docs/guide.md"), "utf8");
const lines = guide.match(/^> \*\*On the page:\*\*[^\n]*(?:\n> [^\n]*)*/gm) ?? [];

test("the guide says of its steps where the same is on the page, by labels that are there", () => {
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.flatMap(labelsOf).filter((label) => !isThere(label))).toEqual([]);
});

test("the labels that docs/page.md names are on the page", () => {
  const labels = labelsOf(readFileSync(path.join(root, "docs/page.md"), "utf8"));

  expect(labels.length).toBeGreaterThan(20);
  expect(labels.filter((label) => !isThere(label))).toEqual([]);
});
