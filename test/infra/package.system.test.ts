import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { people } from "../../local/issuer/people.ts";
import { npmManifest } from "../../local/npmManifest.ts";
import { packageApp } from "../../local/package.ts";
import { packageLocalService } from "../../local/packageLocalService.ts";
import { type PageListing, pageFilesOf } from "../../shared/http/pageFiles.ts";

const root = path.join(import.meta.dirname, "..", "..");
let zipBytes: number;

beforeAll(async () => void ({ zipBytes } = await packageApp()));

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

test("the npm package alone runs the whole service inside the example's tests, for import and for require", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "installed-"));
  const installed = path.join(folder, "node_modules/recurring-integrations");
  const toRequire = `require("recurring-integrations/local").startLocalService().then((service) => service.stop())`;
  try {
    await packageLocalService(installed);
    await writeFile(path.join(installed, "package.json"), await npmManifest());
    await cp(path.join(root, "examples/test-of-an-integration"), folder, { recursive: true });
    const run = (...given: string[]): Promise<{ readonly stdout: string }> => {
      return promisify(execFile)(process.execPath, given, { cwd: folder });
    };

    await expect(run("-e", toRequire)).rejects.toThrow("npm install --save-dev azurite");
    await symlink(path.join(root, "node_modules/azurite"), path.join(folder, "node_modules/azurite"));
    await run("-e", toRequire);
    const { stdout } = await run("--test", "--test-reporter=tap");

    expect(stdout).toContain("# pass 2\n# fail 0\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
