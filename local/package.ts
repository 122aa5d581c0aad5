// Builds the app and lays out what Azure runs: the bundle, host.json, a package.json without dependencies, and only those
// packages that the bundle still asks for. dist/package is what azd deploys, dist/package.zip what other tools do.
//   npm run package
import { createWriteStream } from "node:fs";
import { cp, glob, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { buildApp } from "./build.ts";
import { copyPackages, findUnbundled } from "./infra/unbundled.ts";

const root = path.dirname(import.meta.dirname);
/** Zip files count from 1980; one time for all makes the same source give the same bytes. */
const fileTime = new Date(1980, 0, 1);
/** Itself, and what the npm package is made of. */
const notDeployed: ReadonlySet<string> = new Set([
  "package",
  "package.zip",
  "cli",
  "client",
  "local",
  "service",
  "npm",
]);
const packageBytesMax = 10 * 1024 * 1024;

export interface PackageFacts {
  readonly fileCount: number;
  readonly zipBytes: number;
  /** Packages that could not be bundled. */
  readonly unbundled: readonly string[];
}

/** Makes `dist/package` and `dist/package.zip` below the root, or another folder and its zip, from nothing. */
export async function packageApp(
  sourceRoot: string = root,
  target: string = path.join(sourceRoot, "dist/package"),
): Promise<PackageFacts> {
  const dist = path.join(sourceRoot, "dist");
  await rm(target, { recursive: true, force: true });
  await buildApp(sourceRoot);
  await mkdir(path.join(target, "dist"), { recursive: true });
  for await (const entry of glob("*", { cwd: dist })) {
    if (notDeployed.has(entry)) continue;
    // Source maps are for people: the worker would only carry them along.
    const filter = (file: string): boolean => !file.endsWith(".map");
    await cp(path.join(dist, entry), path.join(target, "dist", entry), { recursive: true, filter });
  }
  await cp(path.join(sourceRoot, "host.json"), path.join(target, "host.json"));
  await writeFile(path.join(target, "package.json"), await toPackageJson(sourceRoot));
  const asked = await findUnbundled(path.join(target, "dist"), isBuiltin);
  const unbundled = await copyPackages(asked, sourceRoot, target);
  const files = await writeZip(target, `${target}.zip`);
  return { fileCount: files, zipBytes: (await stat(`${target}.zip`)).size, unbundled };
}

/** With no dependencies in it, nothing that deploys thinks of installing any. */
async function toPackageJson(sourceRoot: string): Promise<string> {
  const { name, version, type, main }: Readonly<Record<string, unknown>> = JSON.parse(
    await readFile(path.join(sourceRoot, "package.json"), "utf8"),
  );
  return `${JSON.stringify({ name, version, private: true, type, main }, undefined, 2)}\n`;
}

async function writeZip(folder: string, file: string): Promise<number> {
  const names: string[] = [];
  for await (const entry of glob("**/*", { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) names.push(path.relative(folder, path.join(entry.parentPath, entry.name)));
  }
  const zip = new ZipFile();
  for (const name of names.toSorted()) {
    const entryName = name.split(path.sep).join("/");
    zip.addFile(path.join(folder, name), entryName, { mtime: fileTime, mode: 0o100644, compressionLevel: 9 });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
  return names.length;
}

if (import.meta.main) {
  const { fileCount, zipBytes, unbundled } = await packageApp();
  const beside = unbundled.length === 0 ? "nothing beside the bundle" : `beside the bundle: ${unbundled.join(", ")}`;
  console.log(`dist/package.zip: ${fileCount} files, ${(zipBytes / 1024).toFixed(0)} KB, ${beside}.`);
  if (zipBytes > packageBytesMax) {
    console.error(`That is more than ${packageBytesMax / 1024 / 1024} MB: cold starts will pay for it.`);
    process.exitCode = 1;
  }
}
