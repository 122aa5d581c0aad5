import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyPackages, findUnbundled } from "../../local/infra/unbundled.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "unbundled-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

describe("a bundle", () => {
  test("asks for the packages that it imports or requires, and for nothing else", async () => {
    await write(
      "chunks/chunk.js",
      `import { a } from "../other.js";
import fs from "node:fs";
import { b } from "@scope/imported/deep";
import "effect";
export * from "again";
var c = __require("required"), d = __require("util");
await import("dynamic");
const text = 'import x from "quoted";';
require("@azure/functions-core");
`,
    );

    const found = await findUnbundled(folder, isBuiltin);

    expect(found).toEqual(["@scope/imported", "again", "dynamic", "effect", "required"]);
  });
});

describe("a package that cannot be bundled", () => {
  test("comes with what it depends on, without types and maps", async () => {
    await write("from/node_modules/one/package.json", `{ "dependencies": { "@s/two": "1" } }`);
    await write("from/node_modules/one/index.js", "");
    await write("from/node_modules/one/index.d.ts", "");
    await write("from/node_modules/one/index.js.map", "");
    await write("from/node_modules/@s/two/package.json", `{ "dependencies": { "one": "1" } }`);

    const copied = await copyPackages(["one"], path.join(folder, "from"), path.join(folder, "to"));

    expect(copied).toEqual(["one"]);
    expect((await readdir(path.join(folder, "to", "node_modules", "one"))).toSorted()).toEqual([
      "index.js",
      "package.json",
    ]);
    expect(await readdir(path.join(folder, "to", "node_modules", "@s", "two"))).toEqual(["package.json"]);
  });

  test("stays away when it is not installed, as optional ones may be", async () => {
    expect(await copyPackages(["absent"], folder, path.join(folder, "to"))).toEqual([]);
  });
});
