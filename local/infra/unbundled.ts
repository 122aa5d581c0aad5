import { cp, glob, readFile } from "node:fs/promises";
import path from "node:path";
import { readFileIfAny } from "../readFileIfAny.ts";

/** Provided by the Functions worker; no package of this name exists. */
const providedByWorker = "@azure/functions-core";
/** As esbuild writes them: an import stands at the start of a line, a call of require goes through its shim. */
const asking =
  /^(?:import|export)\b[^"'\n]*?(?:\bfrom\s*)?"([^"\n]+)"|\bimport\("([^"\n]+)"\)|\b(?:__)?require(?:\.resolve)?\("([^"\n]+)"\)/gm;

/** Names of the packages that bundled files below a folder still ask for, optional ones included. */
export async function findUnbundled(folder: string, isBuiltin: (name: string) => boolean): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const file of glob("**/*.{js,mjs,cjs}", { cwd: folder })) {
    const text = await readFile(path.join(folder, file), "utf8");
    for (const [, imported, dynamic, required] of text.matchAll(asking)) {
      const asked = imported ?? dynamic ?? required!;
      if (isPackage(asked) && !isBuiltin(asked)) names.add(packageOf(asked));
    }
  }
  names.delete(providedByWorker);
  return [...names].toSorted();
}

/** Copies installed packages with everything that they depend on; gives the names that are installed. */
export async function copyPackages(names: readonly string[], from: string, to: string): Promise<readonly string[]> {
  const copied = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const source = path.join(from, "node_modules", name);
    const manifest = await findManifest(source);
    if (copied.has(name) || manifest === undefined) continue;
    copied.add(name);
    const filter = (file: string): boolean => !/\.(map|md|d\.[cm]?ts)$/.test(file);
    await cp(source, path.join(to, "node_modules", name), { recursive: true, filter });
    waiting.push(...Object.keys(manifest.dependencies ?? {}));
  }
  return names.filter((name) => copied.has(name));
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Undefined when the package is not installed: a package may ask for others on the off chance. */
async function findManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readFileIfAny(path.join(folder, "package.json"));
  return text === undefined ? undefined : JSON.parse(text);
}

function isPackage(asked: string): boolean {
  return /^(@[\w.-]+\/)?[\w-][\w.-]*(\/|$)/.test(asked);
}

function packageOf(asked: string): string {
  return asked
    .split("/")
    .slice(0, asked.startsWith("@") ? 2 : 1)
    .join("/");
}
