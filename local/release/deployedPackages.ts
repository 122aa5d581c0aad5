/** What package-lock.json says of one installed package. */
interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json, by folders: "node_modules/a/node_modules/b". */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A package whose code a release holds. */
export interface DeployedPackage {
  readonly name: string;
  readonly version: string;
  /** As its author names it; undefined where it names none. */
  readonly license: string | undefined;
  readonly folder: string;
}

const modules = "node_modules/";

/** The named packages with everything that they depend on, each version once, by name. */
export function listDeployedPackages(lock: Lock, names: readonly string[]): readonly DeployedPackage[] {
  const found = new Map<string, DeployedPackage>();
  const waiting = names.map((name) => ({ name, from: "" }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = resolve(lock, next.name, next.from);
    const locked = folder === undefined ? undefined : lock.packages[folder];
    // An optional dependency may be for another platform.
    if (folder === undefined || locked === undefined || found.has(folder)) continue;
    const { version = "", license, dependencies = {}, optionalDependencies = {} } = locked;
    found.set(folder, { name: next.name, version, license, folder });
    const asked = Object.keys({ ...dependencies, ...optionalDependencies });
    waiting.push(...asked.map((name) => ({ name, from: folder })));
  }
  return [...found.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** As Node looks for a package: in the folder that asks, then in those around it. */
function resolve(lock: Lock, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${modules}`)))) {
    const candidate = folder === "" ? `${modules}${name}` : `${folder}/${modules}${name}`;
    if (lock.packages[candidate] !== undefined) return candidate;
    if (folder === "") return undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
