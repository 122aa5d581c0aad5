// Bundles each file of functions/ into dist/functions/, where `main` of package.json looks for them. What they share
// goes into dist/chunks/, outside that glob, because the host loads every file that the glob matches. The management page
// goes into dist/web/.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { access, glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build, type OutputFile, stop } from "esbuild";
import { sourcesState, stampBuild } from "./buildStamp.ts";
import { requireBanner } from "./requireBanner.ts";

const root = path.dirname(import.meta.dirname);

/** Runs in a thread of its own, from a file of its own, with the processor's binary beside it. */
const xsltWorker = "shared/xslt/worker.ts";
const xsltBinary = "libxslt-wasm/output/libxslt.wasm";

export interface BuildFacts {
  readonly entryCount: number;
  readonly warningCount: number;
}

/** Builds `functions/*.ts` below the root into `dist`, from nothing. The same source gives the same bytes. */
export async function buildApp(sourceRoot: string = root): Promise<BuildFacts> {
  // What changes while it is built is not in it.
  const state = sourceRoot === root ? await sourcesState(root) : undefined;
  const entryPoints: string[] = [];
  for await (const file of glob("functions/*.ts", { cwd: sourceRoot })) entryPoints.push(file);
  if (entryPoints.length === 0)
    throw new Error(`There is no file functions/*.ts below ${sourceRoot}: nothing to build.`);
  // A test builds what has no worker.
  const workers: string[] = [];
  for await (const file of glob(xsltWorker, { cwd: sourceRoot })) workers.push(file);
  const result = await build({
    absWorkingDir: sourceRoot,
    entryPoints: [
      ...entryPoints.toSorted().map((file) => ({ in: file, out: file.slice(0, -".ts".length) })),
      ...(workers.length > 0 ? [{ in: xsltWorker, out: "xslt/worker" }] : []),
    ],
    outdir: "dist",
    outbase: ".",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    sourcemap: "linked",
    sourcesContent: false,
    // The worker provides this module by replacing Module.prototype.require; no package of this name exists.
    external: ["@azure/functions-core"],
    banner: { js: requireBanner },
    write: false,
    logLevel: "warning",
  });
  if (await isThere(path.join(sourceRoot, "web/index.html"))) await buildPage(sourceRoot);
  const binary = workers.length > 0 ? [await binaryOutput(path.join(sourceRoot, "dist"))] : [];
  await writeOutputs(path.join(sourceRoot, "dist"), [...result.outputFiles, ...binary]);
  // Otherwise its process stays beside ours as long as we run.
  await stop();
  if (state !== undefined) await stampBuild(root, state);
  return { entryCount: entryPoints.length, warningCount: result.warnings.length };
}

/** In a process of its own, because the builder stays in memory and this one may be the service's for days. */
async function buildPage(sourceRoot: string): Promise<void> {
  const builder = path.join(import.meta.dirname, "buildPage.ts");
  const child = spawn(process.execPath, [builder, sourceRoot], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (child.exitCode !== 0) throw new Error(`The page cannot be built. ${errors || output}`);
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function binaryOutput(dist: string): Promise<Output> {
  const contents = await readFile(fileURLToPath(import.meta.resolve(xsltBinary)));
  return { path: path.join(dist, "xslt/libxslt.wasm"), contents };
}

type Output = Pick<OutputFile, "path" | "contents">;

/** Leaves what is as it should be: a service that runs on the same build goes on undisturbed. */
async function writeOutputs(folder: string, outputs: readonly Output[]): Promise<void> {
  for (const { path: file, contents } of outputs) {
    const written = await readFile(file).catch(() => undefined);
    if (written?.equals(contents)) continue;
    await mkdir(path.dirname(file), { recursive: true });
    // Whoever loads it meanwhile gets the old one or the new one whole.
    await writeFile(`${file}.${process.pid}`, contents);
    await rename(`${file}.${process.pid}`, file);
  }
  const wanted = new Set(outputs.map(({ path: file }) => path.relative(folder, file)));
  for await (const file of glob("{functions,chunks,xslt}/**/*.*", { cwd: folder })) {
    if (!wanted.has(file)) await rm(path.join(folder, file), { force: true });
  }
}

if (import.meta.main) {
  const { entryCount } = await buildApp();
  // Vite takes the types away without a look at them; a page that asks for what the API has not is no build.
  const types = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "web"], {
    cwd: root,
    stdio: "inherit",
  });
  if (types.status !== 0) throw new Error("The page does not fit the API.");
  console.log(`Built ${entryCount} files into dist/functions.`);
}
