import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const styles = globSync("web/**/*.css", { cwd: root });
const sources = globSync("web/**/*.tsx", { cwd: root });
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const roomOf = (file: string): string => file.split("/").slice(0, 2).join("/");

/** Classes with a look of their own: those that a rule begins and ends with. */
function looksOf(file: string): readonly string[] {
  const rules = read(file)
    .replace(/\/\*.*?\*\//gs, "")
    .matchAll(/([^{}]+)\{[^{}]*\}/g);
  const selectors = [...rules].flatMap(([, list = ""]) => list.split(","));
  return [...new Set(selectors.flatMap((selector) => /^\s*\.([\w-]+)\s*$/.exec(selector)?.[1] ?? []))];
}

function classesOf(file: string): readonly string[] {
  return [...read(file).matchAll(/className="([^"]*)"/g)].flatMap(([, names = ""]) => names.split(/\s+/));
}

// Styles of a view stay when another one opens: what two of them name is one thing, or they spoil each other.
describe("a class of the page", () => {
  const homes = new Map<string, string[]>();
  for (const file of styles) for (const name of looksOf(file)) homes.set(name, [...(homes.get(name) ?? []), file]);

  test("has its look in one place", () => {
    expect(homes.size).toBeGreaterThan(50);
    expect([...homes].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  test("has its look where it is used, or where every view has it from", () => {
    const strays = sources.flatMap((source) =>
      classesOf(source)
        .map((name) => ({ name, source, home: homes.get(name)?.[0] }))
        .filter(({ home }) => home !== undefined && !["web/app", roomOf(source)].includes(roomOf(home))),
    );
    expect(strays).toEqual([]);
  });
});
