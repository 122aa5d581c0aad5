// Makes the npm package in dist/npm: the command line, the typed client, and the service for tests. They are bundles, so
// that it brings one package along and not all that the service is made of:
//   npm run package:npm && npm pack ./dist/npm
import { spawnSync } from "node:child_process";
import { cp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { writeApiTypes } from "./apiTypes.ts";
import { clientPackage, npmManifest } from "./npmManifest.ts";
import { packageApp } from "./package.ts";
import { packageLocalService } from "./packageLocalService.ts";
import { requireBanner } from "./requireBanner.ts";

const root = path.dirname(import.meta.dirname);
const target = path.join(root, "dist/npm");
const files = ["cli/bin.mjs", "dist/cli", "dist/client", "LICENSE"];
await writeApiTypes(root);
await Promise.all(
  ["cli", "client", "npm"].map((name) => rm(path.join(root, "dist", name), { recursive: true, force: true })),
);
await bundle({
  entryPoints: ["cli/main.ts"],
  outdir: "dist/cli",
  // What looks at the storage itself brings the packages of Azure along, which no other command waits for.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  // The oldest Node that engines in package.json names: who has the command needs no other one for it.
  target: "node20",
  banner: { js: requireBanner },
});
// It runs in browsers too.
await bundle({
  entryPoints: ["client/client.ts"],
  outdir: "dist/client",
  platform: "neutral",
  target: "es2022",
  external: [clientPackage],
});
writeClientTypes();
for (const file of files) await cp(path.join(root, file), path.join(target, file), { recursive: true });
await cp(path.join(root, "docs/command-line.md"), path.join(target, "README.md"));
// npm leaves out what is called node_modules.
const { unbundled } = await packageApp();
if (unbundled.length > 0) throw new Error(`The service in the npm package lacks ${unbundled.join(", ")}.`);
await packageLocalService(target);
await writeFile(path.join(target, "package.json"), await npmManifest());
console.log("dist/npm has the package: npm pack ./dist/npm");

async function bundle(options: BuildOptions): Promise<void> {
  await build({ absWorkingDir: root, bundle: true, format: "esm", logLevel: "warning", ...options });
}

function writeClientTypes(): void {
  const command = ["node_modules/typescript/bin/tsc", "-p", "client"];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("The types of the client could not be written.");
}
