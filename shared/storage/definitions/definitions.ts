import type { Clock } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes, Definitions, SavedBy } from "../../ports/definitions.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { type DefinitionBodies, definitionBodies } from "./definitionBodies.ts";
import type { Ground, Row, RowChange, RowValues, Table } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { applicationColumns, listedApplications } from "./listedApplications.ts";
import {
  closedColumn,
  madeForColumn,
  sizeColumn,
  toPointer,
  toVersionColumns,
  toVersionFacts,
} from "./definitionRow.ts";
import { jobNames } from "./jobNames.ts";
import { openProjects, openToColumns } from "./openProjects.ts";
import { nameKey, nameOf } from "../rows/keys.ts";
import { referenceColumns, referringDefinitions } from "./referringRows.ts";
import { rememberedDefinitions } from "./rememberedDefinitions.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { pageOfRows } from "../rows/rowPages.ts";
import { takeTurn, writeInTurn } from "./turn.ts";
import { definitionVersions, newestVersion, versionRow } from "./versionRows.ts";

const bodiesAtOnceMax = 8;
/** Keys are hexadecimal. */
const allKeys = { from: "0", below: "g" };

/**
 * One row per definition points to its newest body. The body is written before the pointer moves: a crash between the
 * two leaves a body that nothing refers to, and the definition as it was.
 */
export function definitionsStore(ground: Ground, clock: Clock): Definitions {
  const table = ground.table(tableNames.definitions);
  const bodies = definitionBodies(ground.blobs(containerNames.definitions));
  const applications = listedApplications(table, bodies, clock, allKeys);
  const find: Definitions["find"] = (kind, id) => findDefinition(table, bodies, kind, nameKey(id));
  const remembered = rememberedDefinitions(find, clock);
  const forget = (): void => {
    applications.forget();
    remembered.forget();
  };
  return {
    find,
    findBehind: remembered.findBehind,
    findRevision: (kind, id, revision) => bodies.find(kind, nameKey(id), revision),
    async save(kind, id, value, expected, by) {
      const saved = await saveDefinition(table, bodies, kind, nameKey(id), value, expected, by);
      forget();
      return saved;
    },
    setClosed: (kind, id, etag, isClosed, turn) => setClosed(table, bodies, kind, nameKey(id), etag, isClosed, turn),
    takeTurn: (owner) => takeTurn(table, owner),
    async remove(kind, id, etag, turn) {
      const isRemoved = await removePointer(table, kind, nameKey(id), etag, turn);
      forget();
      return isRemoved;
    },
    list: (kind, page) => listDefinitions(table, bodies, kind, page),
    listApplications: () => applications.find(),
    listJobIds: (page) => pageOfRows(table, "job", allKeys, page, (row) => nameOf(row.rowKey)),
    ...definitionVersions(table, bodies),
    ...referringDefinitions(table, allKeys, (kind, row) => readDefinition(bodies, kind, row)),
    ...openProjects(table, allKeys, (row) => readDefinition(bodies, "project", row)),
    ...jobNames(table),
  };
}

async function listDefinitions<K extends DefinitionKind>(
  table: Table,
  bodies: DefinitionBodies,
  kind: K,
  page: PageRequest,
): Promise<Page<Definition<DefinitionTypes[K]>>> {
  const rows = await pageOfRows(table, kind, allKeys, page, (row) => row);
  return { ...rows, items: await inParallel(rows.items, bodiesAtOnceMax, (row) => readDefinition(bodies, kind, row)) };
}

async function findDefinition<K extends DefinitionKind>(
  table: Table,
  bodies: DefinitionBodies,
  kind: K,
  key: string,
): Promise<Definition<DefinitionTypes[K]> | undefined> {
  const row = await table.find(kind, key);
  return row && readDefinition(bodies, kind, row);
}

async function readDefinition<K extends DefinitionKind>(
  bodies: DefinitionBodies,
  kind: K,
  row: Row,
): Promise<Definition<DefinitionTypes[K]>> {
  const pointer = toPointer(row);
  const value = await bodies.find(kind, row.rowKey, pointer.revision);
  if (value) return { value, etag: row.etag, ...pointer };
  throw new Error(`The body of row ${kind} / ${row.rowKey} of table ${tableNames.definitions} is gone.`);
}

async function saveDefinition<K extends DefinitionKind>(
  table: Table,
  bodies: DefinitionBodies,
  kind: K,
  key: string,
  value: DefinitionTypes[K],
  expected: { readonly etag: string } | "new",
  by: SavedBy,
): Promise<Definition<DefinitionTypes[K]> | undefined> {
  const row = await table.find(kind, key);
  if (expected === "new" ? row !== undefined : row?.etag !== expected.etag) return undefined;
  const before = row ? toPointer(row) : await newestVersion(table, kind, key);
  const version = (before?.version ?? 0) + 1;
  const firstVersion = row ? before?.firstVersion : version;
  const body = await bodies.add(kind, key, version, value);
  const pointer = {
    version,
    ...(firstVersion !== undefined && { firstVersion }),
    revision: body.revision,
    savedAt: by.at,
    savedBy: by.applicationId,
    ...(by.person && { savedByPerson: by.person }),
  };
  const facts = { ...pointer, sizeBytes: body.sizeBytes };
  const { madeFor } = by;
  const made = madeFor === undefined ? {} : { [madeForColumn]: madeFor };
  const columns = { ...toVersionColumns(facts), ...made, ...extraColumns(kind, value) };
  const rows = [versionRow(key, facts), ...(row ? ownRow(key, row) : [])];
  const etag = await movePointer(table, kind, key, columns, row?.etag, by.turn, rows);
  // The body of a save that lost stays: its answer alone may have been lost, and a run may work by it already.
  return etag === undefined
    ? undefined
    : { value: body.value, etag, ...pointer, ...(madeFor !== undefined && { madeFor }) };
}

async function setClosed<K extends DefinitionKind>(
  table: Table,
  bodies: DefinitionBodies,
  kind: K,
  key: string,
  etag: string,
  isClosed: boolean,
  turn: string,
): Promise<Definition<DefinitionTypes[K]> | undefined> {
  const row = await table.find(kind, key);
  if (row?.etag !== etag) return undefined;
  const { [closedColumn]: _, ...others } = row.values;
  const values = { ...others, ...(isClosed && { [closedColumn]: true }) };
  const moved = await movePointer(table, kind, key, values, etag, turn);
  return moved === undefined ? undefined : readDefinition(bodies, kind, { ...row, values, etag: moved });
}

/** Whether the row was as it was, and is gone. */
async function removePointer(
  table: Table,
  kind: DefinitionKind,
  rowKey: string,
  etag: string,
  turn: string | undefined,
): Promise<boolean> {
  const row = await table.find(kind, rowKey);
  if (row?.etag !== etag) return false;
  const changes = [{ kind: "remove", rowKey, etag } as const, ...ownRow(rowKey, row)] as const;
  return (await write(table, kind, changes, turn)) !== undefined;
}

/** The new ETag; undefined when the row is not as it was. Rows that tell of versions go with it. */
async function movePointer(
  table: Table,
  kind: DefinitionKind,
  rowKey: string,
  values: RowValues,
  etag: string | undefined,
  turn: string | undefined,
  versions: readonly RowChange[] = [],
): Promise<string | undefined> {
  const change = etag === undefined ? ({ kind: "insert" } as const) : ({ kind: "replace", etag } as const);
  const changes = [{ ...change, rowKey, values }, ...versions] as const;
  const written = await write(table, kind, changes, turn);
  return written && (written.etag ?? (await table.find(kind, rowKey))?.etag);
}

async function write(
  table: Table,
  kind: DefinitionKind,
  changes: readonly [RowChange, ...RowChange[]],
  turn: string | undefined,
): Promise<{ readonly etag: string | undefined } | undefined> {
  if (turn !== undefined) return writeInTurn(table, kind, changes, turn);
  const etags = await table.transact(kind, changes);
  return etags && { etag: etags[0] };
}

/** A version that an earlier release saved is written down before its row points to the next one, or goes. */
function ownRow(key: string, row: Row): readonly RowChange[] {
  return row.values[sizeColumn] === undefined ? [versionRow(key, toVersionFacts(row))] : [];
}

/** What lists tell of a definition without its body. */
function extraColumns<K extends DefinitionKind>(kind: K, value: DefinitionTypes[K]): RowValues {
  return {
    ...referenceColumns(kind, value),
    ...(isOf("job", kind, value) && applicationColumns(value)),
    ...(isOf("project", kind, value) && openToColumns(value)),
  };
}

function isOf<K extends DefinitionKind>(wanted: K, kind: DefinitionKind, _value: object): _value is DefinitionTypes[K] {
  return kind === wanted;
}
