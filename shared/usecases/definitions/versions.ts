import { type DefinitionChanges, definitionChanges } from "../../domain/definitionChanges.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes, VersionFacts } from "../../ports/definitions.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { kindNames } from "./saveDefinition.ts";

export interface VersionPage extends Page<VersionFacts> {
  /** Absent for a definition that was removed. */
  readonly current?: number;
}

/** The versions of a definition, newest first, also of one that was removed: `notFound` when there never was one. */
export async function listVersions(
  ports: Ports,
  kind: DefinitionKind,
  id: string,
  page: PageRequest,
): Promise<VersionPage> {
  const current = (await ports.definitions.find(kind, id))?.version;
  const versions = await ports.definitions.listVersions(kind, id, page);
  if (current === undefined && versions.items.length === 0 && page.continuation === undefined) {
    throw new DomainError("notFound", `There is no ${kindNames[kind]} "${id}", nor was there one.`);
  }
  return { ...versions, ...(current !== undefined && { current }) };
}

/** A version with its body; there is no ETag of it, since nothing can replace it. */
export async function loadVersion<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
  id: string,
  version: number,
): Promise<Definition<DefinitionTypes[K]>> {
  const facts = await ports.definitions.findVersion(kind, id, version);
  const value = facts && (await ports.definitions.findRevision(kind, id, facts.revision));
  if (facts && value) return { savedBy: "", ...facts, value, etag: "" };
  throw new DomainError("notFound", `There is no version ${version} of ${kindNames[kind]} "${id}".`);
}

export interface VersionChanges extends DefinitionChanges {
  /** Absent for the first version. */
  readonly since?: number;
}

/** What a version changed since another one, or since the one before it. */
export async function versionChanges(
  ports: Ports,
  kind: DefinitionKind,
  id: string,
  version: number,
  since: number | undefined,
): Promise<VersionChanges> {
  const { value } = await loadVersion(ports, kind, id, version);
  if (since === undefined && version === 1) return { changes: [], hasMore: false };
  const older = since ?? version - 1;
  return { since: older, ...definitionChanges((await loadVersion(ports, kind, id, older)).value, value) };
}
