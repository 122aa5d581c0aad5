import { DomainError } from "../../domain/errors.ts";
import type { DefinitionKind, Definitions, VersionFacts } from "../../ports/definitions.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import type { Row, RowChange, Table } from "../ground/ground.ts";
import { nameKey } from "../rows/keys.ts";
import { firstRows, keysWith } from "../rows/rowPages.ts";
import type { DefinitionBodies } from "./definitionBodies.ts";
import { toFirstVersion, toVersionColumns, toVersionFacts } from "./definitionRow.ts";
import { toSavedByPerson } from "./savedByPerson.ts";

const versionMax = 99_999_999;
const versionDigits = 8;

/**
 * A row for each version of a definition, newest first, in the partition of its kind and behind all definitions: it is
 * written in one transaction with the row that points to the version.
 */
export function versionRow(key: string, facts: VersionFacts): RowChange {
  return { kind: "upsert", rowKey: rowKeyOf(key, facts.version), values: toVersionColumns(facts) };
}

/** The newest version that has a row; undefined where none has. */
export async function newestVersion(
  table: Table,
  kind: DefinitionKind,
  key: string,
): Promise<VersionFacts | undefined> {
  const [row] = await firstRows(table, kind, keysWith(prefixOf(key)), 1);
  return row && toFacts(row);
}

/** The versions of definitions by their names, of which a definition that was removed keeps all. */
export function definitionVersions(
  table: Table,
  bodies: DefinitionBodies,
): Pick<Definitions, "listVersions" | "findVersion"> {
  return {
    async listVersions(kind, id, page) {
      const key = nameKey(id);
      return pageOfVersions(table, bodies, kind, key, page, await newestOf(table, kind, key));
    },
    findVersion: (kind, id, version) => findVersion(table, bodies, kind, nameKey(id), version),
  };
}

/**
 * The versions up to the newest, page by page of their numbers. What an earlier release saved has no row: the row of the
 * definition tells of its newest version, and the names of the bodies of the others.
 */
async function pageOfVersions(
  table: Table,
  bodies: DefinitionBodies,
  kind: DefinitionKind,
  key: string,
  { limit, continuation }: PageRequest,
  newest: VersionFacts | undefined,
): Promise<Page<VersionFacts>> {
  const below = continuation === undefined ? Number.POSITIVE_INFINITY : readContinuation(continuation);
  const top = Math.min(newest?.version ?? 0, below - 1);
  if (top < 1) return { items: [] };
  const lowest = Math.max(1, top - limit + 1);
  const range = { from: rowKeyOf(key, top), below: rowKeyOf(key, lowest - 1) };
  const rows = (await firstRows(table, kind, range, limit)).map(toFacts);
  const known = new Map([...(newest ? [newest] : []), ...rows].map((facts) => [facts.version, facts]));
  const numbers = Array.from({ length: top - lowest + 1 }, (_, index) => top - index);
  const older = numbers.every((number) => known.has(number)) ? undefined : await bodies.list(kind, key);
  const items = numbers.flatMap((number) => known.get(number) ?? older?.get(number) ?? []);
  return lowest > 1 ? { items, continuation: String(lowest) } : { items };
}

/** One version; undefined where there is none, or nothing tells of it. */
async function findVersion(
  table: Table,
  bodies: DefinitionBodies,
  kind: DefinitionKind,
  key: string,
  version: number,
): Promise<VersionFacts | undefined> {
  if (!Number.isInteger(version) || version < 1 || version > versionMax) return undefined;
  const row = await table.find(kind, rowKeyOf(key, version));
  if (row) return toFacts(row);
  const newest = await newestOf(table, kind, key);
  // A body behind the newest version is of a save that went no further.
  if (!newest || version >= newest.version) return newest?.version === version ? newest : undefined;
  return (await bodies.list(kind, key, version)).get(version);
}

/** Of a definition that was removed: the last that it had. */
async function newestOf(table: Table, kind: DefinitionKind, key: string): Promise<VersionFacts | undefined> {
  const row = await table.find(kind, key);
  return row ? toVersionFacts(row) : newestVersion(table, kind, key);
}

function prefixOf(key: string): string {
  return `version_${key}_`;
}

function rowKeyOf(key: string, version: number): string {
  return prefixOf(key) + (versionMax - version).toString().padStart(versionDigits, "0");
}

function toFacts(row: Row): VersionFacts {
  const { partitionKey, rowKey, values } = row;
  const { version, revision, savedAt, savedBy, sizeBytes } = values;
  if (typeof version !== "number" || typeof revision !== "string" || typeof savedAt !== "number") {
    throw new Error(`Row ${partitionKey} / ${rowKey} does not tell of a version.`);
  }
  return {
    version,
    ...toFirstVersion(row),
    revision,
    savedAt,
    ...(typeof savedBy === "string" && savedBy !== "" && { savedBy }),
    ...toSavedByPerson(row),
    ...(typeof sizeBytes === "number" && sizeBytes > 0 && { sizeBytes }),
  };
}

function readContinuation(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", message, [{ path: "continuation", message }]);
}
