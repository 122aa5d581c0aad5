import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { packageApp } from "../../local/package.ts";

test("the deployment package holds the bundle, host.json and a package.json without dependencies", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "package-"));
  try {
    await mkdir(path.join(folder, "functions"));
    await writeFile(path.join(folder, "functions", "hello.ts"), `export const hello: string = "hello";\n`);
    await writeFile(path.join(folder, "host.json"), `{ "version": "2.0" }`);
    const manifest = { name: "app", version: "1.2.3", type: "module", main: "dist/functions/*.js" };
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ ...manifest, dependencies: { x: "1" } }));

    const first = await packageApp(folder);
    const bytes = await readFile(path.join(folder, "dist", "package.zip"));
    await packageApp(folder);

    expect(first).toEqual({ fileCount: 3, zipBytes: bytes.length, unbundled: [] });
    const made = await readFile(path.join(folder, "dist", "package", "package.json"), "utf8");
    expect(JSON.parse(made)).toEqual({ ...manifest, private: true });
    expect(bytes.toString("latin1")).toContain("dist/functions/hello.js");
    expect(bytes.toString("latin1")).not.toContain(".map");
    expect(await readFile(path.join(folder, "dist", "package.zip"))).toEqual(bytes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
