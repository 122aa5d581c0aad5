import { randomUUID } from "node:crypto";
import type { DefinitionKind, DefinitionTypes, VersionFacts } from "../../ports/definitions.ts";
import type { Blobs } from "../ground/ground.ts";
import { parseObject } from "../rows/storedJson.ts";

const cachedMax = 500;
const versionDigits = 8;
const layoutVersion = 1;
const pageBodies = 1000;
const pagesMax = 20;

export interface DefinitionBodies {
  /** Stores the value under a revision of its own; gives the revision and the value as a later read will find it. */
  add<K extends DefinitionKind>(
    kind: K,
    key: string,
    version: number,
    value: DefinitionTypes[K],
  ): Promise<{ readonly revision: string; readonly value: DefinitionTypes[K]; readonly sizeBytes: number }>;
  find<K extends DefinitionKind>(kind: K, key: string, revision: string): Promise<DefinitionTypes[K] | undefined>;
  /** The body of each version as it lies there, or of the one that is asked for; of two of one version the later. */
  list(kind: DefinitionKind, key: string, version?: number): Promise<ReadonlyMap<number, VersionFacts>>;
}

/**
 * The bodies of definitions, written once, never changed and never removed: a run reads its versions whatever became of
 * the definition, and a copy in memory is always right.
 */
export function definitionBodies(blobs: Blobs): DefinitionBodies {
  const cached = new Map<string, object>();

  function remember(name: string, value: object): void {
    cached.delete(name);
    cached.set(name, value);
    const [oldest] = cached.keys();
    if (cached.size > cachedMax && oldest !== undefined) cached.delete(oldest);
  }

  return {
    async add<K extends DefinitionKind>(kind: K, key: string, version: number, value: DefinitionTypes[K]) {
      const revision = `${beginningOf(version)}${randomUUID()}`;
      const name = bodyName(kind, key, revision);
      const bytes = Buffer.from(JSON.stringify({ v: layoutVersion, value }), "utf8");
      if ((await blobs.put(name, bytes, { condition: "new" })) === undefined) throw new Error(`${name} was there.`);
      const stored = readBody<K>(name, bytes);
      remember(name, stored);
      return { revision, value: stored, sizeBytes: bytes.byteLength };
    },
    async find<K extends DefinitionKind>(kind: K, key: string, revision: string) {
      const name = bodyName(kind, key, revision);
      const known = cached.get(name);
      const blob = known ? undefined : await blobs.find(name);
      const value = known ?? (blob && readBody<K>(name, blob.bytes));
      if (value) remember(name, value);
      return value as DefinitionTypes[K] | undefined;
    },
    list: (kind, key, version) => listBodies(blobs, bodyPrefix(kind, key) + (version ? beginningOf(version) : "")),
  };
}

async function listBodies(blobs: Blobs, prefix: string): Promise<ReadonlyMap<number, VersionFacts>> {
  const found = new Map<number, VersionFacts>();
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await blobs.list(prefix, { limit: pageBodies, ...(continuation !== undefined && { continuation }) });
    for (const { name, createdAt, sizeBytes } of page.items) {
      const revision = name.slice(name.lastIndexOf("/") + 1, -".json".length);
      const version = Number(revision.slice(0, versionDigits));
      const other = found.get(version);
      if (!other || other.savedAt <= createdAt)
        found.set(version, { version, revision, savedAt: createdAt, sizeBytes });
    }
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  return found;
}

function beginningOf(version: number): string {
  return `${version.toString().padStart(versionDigits, "0")}-`;
}

function bodyPrefix(kind: DefinitionKind, key: string): string {
  return `${kind}/${key}/`;
}

function bodyName(kind: DefinitionKind, key: string, revision: string): string {
  return `${bodyPrefix(kind, key)}${revision}.json`;
}

function readBody<K extends DefinitionKind>(name: string, bytes: Uint8Array): DefinitionTypes[K] {
  const where = `Blob ${name} of container definitions`;
  const text = Buffer.from(bytes).toString("utf8");
  const body = parseObject<{ v: number; value: DefinitionTypes[K] }>(where, text, ["v", "value"]);
  if (body.v !== layoutVersion) throw new Error(`${where} has layout ${body.v}, not ${layoutVersion}.`);
  return frozen(body.value);
}

/** Every reader gets the same object, so nobody may change it. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
