import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

// What is exported is called from somewhere else: otherwise it is private, or nobody needs it.

const root = path.dirname(import.meta.dirname);
const files = ["functions", "shared", "client", "cli", "definitions", "local", "bench", "test", "web"]
  .flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: root }))
  .map((file) => file.split(path.sep).join("/"));
const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));

const exported = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
const importing = /^(?:import|export) (?:\w+, )?(?:\{([^}]*)\}|\* as \w+) from "(\.[^"]+)";/gm;

/** Which files import a name: by the file that has it, then by the name; `*` imports them all. */
const importers = new Map<string, Map<string, string[]>>();
for (const [from, text] of texts) {
  for (const [, names = "*", specifier = ""] of text.matchAll(importing)) {
    const to = path.posix.join(path.posix.dirname(from), specifier);
    const of = importers.get(to) ?? new Map<string, string[]>();
    importers.set(to, of);
    for (const name of names.split(",").map((each) =>
      each
        .trim()
        .replace(/^type /, "")
        .replace(/ as .*/, ""),
    )) {
      of.set(name, [...(of.get(name) ?? []), from]);
    }
  }
  for (const [, specifier = ""] of text.matchAll(/\bimport\("(\.[^"]+)"\)/g)) {
    const to = path.posix.join(path.posix.dirname(from), specifier);
    importers.set(to, (importers.get(to) ?? new Map<string, string[]>()).set("*", [from]));
  }
}

const importersOf = (file: string, name: string): readonly string[] =>
  ["*", name].flatMap((each) => importers.get(file)?.get(each) ?? []);

const isOfTests = (file: string): boolean => /^(test|bench)\//.test(file);
const timesIn = (text: string, name: string): number => text.split(new RegExp(`\\b${name}\\b`)).length - 1;

const all = [...texts]
  .filter(([file]) => /^(functions|shared|client|cli|definitions|local)/.test(file))
  .flatMap(([file, text]) => [...text.matchAll(exported)].map(([, name]) => ({ file, text, name: name! })));

/** What stands in `shared/` for tests alone: the ground in code, and the settings that the host reads and not the app. */
const forTests = ["shared/settings.ts insightsSettings", "shared/storage/ground/memory/memoryGround.ts memoryGround"];

describe("what a file exports", () => {
  test("is imported somewhere", () => {
    const unused = all.filter(({ file, name }) => importersOf(file, name).length === 0);

    expect(unused.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  });

  test("is needed by more than its own tests", () => {
    const idle = all.filter(
      ({ file, text, name }) => importersOf(file, name).every(isOfTests) && timesIn(text, name) === 1,
    );

    expect(idle.map(({ file, name }) => `${file} ${name}`).toSorted()).toEqual(forTests);
  });
});
