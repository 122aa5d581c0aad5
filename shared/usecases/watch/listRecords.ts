import { type DataEntity, isSameName, keyFields, recordKey } from "../../domain/dataEntity.ts";
import { foldName } from "../../domain/foldName.ts";
import { type EntityRef, type StoredRecord, storedRecords } from "../../ports/entityStore.ts";
import { DomainError } from "../../domain/errors.ts";
import { typeConverterFor } from "../../domain/values.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { loadEntity } from "../definitions/loadDefinitions.ts";
import { findEmbedded, listEmbedded } from "./embeddedRecords.ts";
import { recordsRefOf } from "../definitions/recordsRefOf.ts";

export interface RecordQuery {
  readonly company: string | undefined;
  /** The values of all key fields in their order; none for every record. */
  readonly key: readonly string[];
  /** Values by field name in lower case, another way to give the key. */
  readonly named: ReadonlyMap<string, string>;
}

export interface RecordPage extends Page<StoredRecord> {
  readonly entity: DataEntity;
}

/** The records of an entity in key order, or the one that the query names; values in the order of the fields. */
export async function listRecords(
  ports: Ports,
  entityName: string,
  query: RecordQuery,
  page: PageRequest,
): Promise<RecordPage> {
  const entity = (await loadEntity(ports, entityName)).value;
  const ref = recordsRefOf(entity, query.company);
  const columns = entity.fields.map((field) => field.name);
  const key = readKey(entity, query);
  if (key === undefined) {
    const found = entity.partOf
      ? await listEmbedded(ports, entity, query.company, page)
      : await readPage(ports, ref, columns, page);
    return { entity, ...found };
  }
  const found = entity.partOf
    ? await findEmbedded(ports, entity, query.company, key)
    : await ports.entities.find(ref, key, columns);
  return { entity, items: found ? [found] : [] };
}

function readKey(entity: DataEntity, { key, named }: RecordQuery): string | undefined {
  const fields = keyFields(entity);
  const other = entity.fields.find((field) => !field.isKey && named.has(foldName(field.name)));
  if (other) throw invalid(other.name, "Records are found by key; this field is no part of it.");
  const names = fields.map((field) => field.name);
  const unknown = [...named.keys()].find((name) => !names.some((known) => foldName(known) === name));
  if (unknown !== undefined) {
    const known = ["company", "key", "limit", "continuation", ...names].join(", ");
    throw invalid(unknown, `There is no such query parameter here. It takes ${known}.`);
  }
  const given = fields.map((field, index) => key[index] ?? named.get(foldName(field.name)));
  if (key.length === 0 && given.every((text) => text === undefined)) return undefined;
  if (key.length > fields.length || given.includes(undefined)) {
    throw invalid("key", `Give all ${fields.length} key fields: ${names.join(", ")}.`);
  }
  return recordKey(fields.map((field, index) => toCanonical(entity, field.name, given[index] ?? "")));
}

function toCanonical(entity: DataEntity, name: string, text: string): string {
  const field = entity.fields.find((candidate) => isSameName(candidate.name, name));
  if (!field || text.trim() === "") throw invalid(name, "A key field is never empty.");
  const converted = typeConverterFor(field)(text);
  if ("problem" in converted) throw invalid(name, `The value ${converted.problem}.`);
  return converted.value;
}

async function readPage(
  ports: Ports,
  ref: EntityRef,
  columns: readonly string[],
  { limit, continuation }: PageRequest,
): Promise<Page<StoredRecord>> {
  const snapshot = await ports.entities.openSnapshot(ref);
  const afterKey = continuation === undefined ? {} : { afterKey: decodeKey(continuation) };
  const found: StoredRecord[] = [];
  for await (const batch of snapshot.read({ columns, limit: limit + 1, ...afterKey }))
    found.push(...storedRecords(batch, columns));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || !last) return { items };
  return { items, continuation: Buffer.from(last.key, "utf8").toString("base64url") };
}

function decodeKey(continuation: string): string {
  const key = Buffer.from(continuation, "base64url").toString("utf8");
  if (Buffer.from(key, "utf8").toString("base64url") === continuation) return key;
  throw invalid("continuation", "This is not a continuation that this list gave; begin again without one.");
}

function invalid(path: string, message: string): DomainError {
  return new DomainError("invalid", `${path}: ${message}`, [{ path, message }]);
}
