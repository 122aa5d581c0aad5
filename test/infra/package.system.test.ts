import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { people } from "../../local/issuer/people.ts";
import { packageApp } from "../../local/package.ts";
import { type PageListing, pageFilesOf } from "../../shared/http/pageFiles.ts";

const root = path.join(import.meta.dirname, "..", "..");

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

test("the deployment package holds the page whole, nothing of the local sign-in, and is below 10 MB", async () => {
  const { zipBytes } = await packageApp();
  const dist = path.join(root, "dist", "package", "dist");
  const page = pageFilesOf(pathToFileURL(path.join(dist, "web/")));
  const { files }: PageListing = JSON.parse(await readFile(path.join(dist, "web", "page.json"), "utf8"));

  expect(zipBytes).toBeLessThan(10 * 1024 * 1024);
  expect(files.map(({ name }) => name)).toContain("index.html");
  for (const file of files) {
    expect(await page.find(file.name)).toEqual(file);
    const plain = await page.read(file, "identity");
    expect([file.name, plain.byteLength]).toEqual([file.name, file.sizeBytes]);
    expect(brotliDecompressSync(await page.read(file, "br")).equals(plain)).toBe(true);
  }
  for await (const name of glob("**/*.js", { cwd: dist })) {
    const code = await readFile(path.join(dist, name), "utf8");
    for (const { userName, objectId } of people) {
      expect([name, code.includes(userName) || code.includes(objectId)]).toEqual([name, false]);
    }
  }
});
