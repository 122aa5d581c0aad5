import { randomUUID } from "node:crypto";
import type { DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import type { Blobs } from "../ground/ground.ts";
import { parseObject } from "../rows/storedJson.ts";

const cachedMax = 500;
const versionDigits = 8;
const layoutVersion = 1;

export interface DefinitionBodies {
  /** Stores the value under a revision of its own; gives the revision and the value as a later read will find it. */
  add<K extends DefinitionKind>(
    kind: K,
    key: string,
    version: number,
    value: DefinitionTypes[K],
  ): Promise<{ readonly revision: string; readonly value: DefinitionTypes[K] }>;
  find<K extends DefinitionKind>(kind: K, key: string, revision: string): Promise<DefinitionTypes[K] | undefined>;
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
      const revision = `${version.toString().padStart(versionDigits, "0")}-${randomUUID()}`;
      const name = bodyName(kind, key, revision);
      const bytes = Buffer.from(JSON.stringify({ v: layoutVersion, value }), "utf8");
      if ((await blobs.put(name, bytes, { condition: "new" })) === undefined) throw new Error(`${name} was there.`);
      const stored = readBody<K>(name, bytes);
      remember(name, stored);
      return { revision, value: stored };
    },
    async find<K extends DefinitionKind>(kind: K, key: string, revision: string) {
      const name = bodyName(kind, key, revision);
      const known = cached.get(name);
      const blob = known ? undefined : await blobs.find(name);
      const value = known ?? (blob && readBody<K>(name, blob.bytes));
      if (value) remember(name, value);
      return value as DefinitionTypes[K] | undefined;
    },
  };
}

function bodyName(kind: DefinitionKind, key: string, revision: string): string {
  return `${kind}/${key}/${revision}.json`;
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
