// What the npm package has of the service inside a test: the app as it is deployed, the processes that run it, and the
// module that a test imports, for runners that know ES modules and for those that do not.
import { cp } from "node:fs/promises";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { requireBanner } from "./requireBanner.ts";

const root = path.dirname(import.meta.dirname);
/** The oldest Node that engines in package.json names: it starts the service, which runs on a Node of its own. */
const testTarget = "node20";

/** Lays it out in the folder of a package, from the app that `npm run package` has just made. */
export async function packageLocalService(target: string): Promise<void> {
  const folder = path.join(target, "dist/local");
  await cp(path.join(root, "dist/package"), path.join(target, "dist/service"), { recursive: true });
  await bundleProcesses(folder);
  await bundleModules(folder);
  for (const types of ["localService.d.mts", "localService.d.cts"]) {
    await cp(path.join(root, "local/inTest/localService.d.mts"), path.join(folder, types));
  }
}

async function bundleProcesses(outdir: string): Promise<void> {
  await bundle({
    outdir,
    entryPoints: ["local/inTest/packageProcess.ts", "local/host/workerChild.ts", "local/azuriteChild.ts"],
    entryNames: "[name]",
    // They look for each other beside themselves.
    chunkNames: "[name]-[hash]",
    splitting: true,
    format: "esm",
    target: "node24",
    banner: { js: requireBanner },
  });
}

async function bundleModules(outdir: string): Promise<void> {
  const module = { outdir, entryPoints: ["local/inTest/localService.mjs"], target: testTarget };
  await bundle({ ...module, format: "esm", outExtension: { ".js": ".mjs" } });
  await bundle({
    ...module,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

async function bundle(options: BuildOptions): Promise<void> {
  await build({ absWorkingDir: root, bundle: true, platform: "node", logLevel: "warning", ...options });
}
