import { toPersonColumns, toSavedByPerson } from "./savedByPerson.ts";
import type { Person } from "../../domain/caller.ts";
import type { Clock } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes, Definitions, SavedBy } from "../../ports/definitions.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { type DefinitionBodies, definitionBodies } from "./definitionBodies.ts";
import type { Ground, Row, RowValues, Table } from "../ground/ground.ts";
import { inParallel } from "../ground/inParallel.ts";
import { applicationColumns, listedApplications } from "./listedApplications.ts";
import { jobNames } from "./jobNames.ts";
import { nameKey, nameOf } from "../rows/keys.ts";
import { rememberedDefinitions } from "./rememberedDefinitions.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { pageOfRows } from "../rows/rowPages.ts";
import { takeTurn, writeInTurn } from "./turn.ts";

const bodiesAtOnceMax = 8;
const closedColumn = "isClosed";
/** Keys are hexadecimal. */
const allKeys = { from: "0", below: "g" };

interface Pointer {
  readonly version: number;
  readonly revision: string;
  readonly savedAt: number;
  readonly savedBy: string;
  readonly savedByPerson?: Person;
  readonly isClosed?: true;
}

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
      const rowKey = nameKey(id);
      const isRemoved =
        turn === undefined
          ? await table.remove(kind, rowKey, etag)
          : (await writeInTurn(table, kind, { kind: "remove", rowKey, etag }, turn)) !== undefined;
      forget();
      return isRemoved;
    },
    list: (kind, page) => listDefinitions(table, bodies, kind, page),
    listApplications: () => applications.find(),
    listJobIds: (page) => pageOfRows(table, "job", allKeys, page, (row) => nameOf(row.rowKey)),
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
  const version = row === undefined ? 1 : toPointer(row).version + 1;
  const body = await bodies.add(kind, key, version, value);
  const pointer = { version, revision: body.revision, savedAt: by.at, savedBy: by.applicationId };
  const columns = { ...pointer, ...toPersonColumns(by.person), ...(isJob(kind, value) && applicationColumns(value)) };
  const etag = await movePointer(table, kind, key, columns, row?.etag, by.turn);
  // The body of a save that lost stays: its answer alone may have been lost, and a run may work by it already.
  return etag === undefined
    ? undefined
    : { value: body.value, etag, ...pointer, ...(by.person && { savedByPerson: by.person }) };
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

/** The new ETag; undefined when the row is not as it was. */
async function movePointer(
  table: Table,
  kind: DefinitionKind,
  rowKey: string,
  values: RowValues,
  etag: string | undefined,
  turn: string | undefined,
): Promise<string | undefined> {
  if (turn !== undefined) {
    const change = etag === undefined ? ({ kind: "insert" } as const) : ({ kind: "replace", etag } as const);
    const written = await writeInTurn(table, kind, { ...change, rowKey, values }, turn);
    return written && (written.etag ?? (await table.find(kind, rowKey))?.etag);
  }
  return etag === undefined ? table.insert(kind, rowKey, values) : table.replace(kind, rowKey, values, etag);
}

function isJob(kind: DefinitionKind, _value: object): _value is DefinitionTypes["job"] {
  return kind === "job";
}

function toPointer(row: Row): Pointer {
  const { version, revision, savedAt, savedBy } = row.values;
  if (
    typeof version !== "number" ||
    typeof revision !== "string" ||
    typeof savedAt !== "number" ||
    typeof savedBy !== "string"
  ) {
    const keys = `${row.partitionKey} / ${row.rowKey}`;
    throw new Error(`Row ${keys} of table ${tableNames.definitions} does not point to a definition.`);
  }
  const isClosed = row.values[closedColumn] === true;
  return { version, revision, savedAt, savedBy, ...toSavedByPerson(row), ...(isClosed && { isClosed }) };
}
