import { type DataEntity, type Embedded, type EntityField, keyFields, recordKey } from "./dataEntity.ts";
import { DomainError } from "./errors.ts";
import { foldName, withoutPadding } from "./foldName.ts";
import type { Converted, Converter } from "./values/valueType.ts";

/**
 * Records that are a part of another one lie in it as one value: the JSON of a list of objects, with texts by the names of
 * fields, and under the name of a child's entity the list of its own. So a tree is one record, and whatever is promised of
 * a record holds for the tree.
 */
export interface EmbeddedRecord {
  readonly [field: string]: string | readonly EmbeddedRecord[];
}

/** Of all records of one child in one record, as text: as many as one cell of a file of failed records takes. */
export const embeddedCharactersMax = 1024 * 1024;
const problemsShown = 5;

/** The records that a text stands for; undefined for one that is no list of them. */
export function readEmbedded(text: string): readonly EmbeddedRecord[] | undefined {
  if (text.trim() === "") return [];
  try {
    const read: unknown = JSON.parse(text);
    return isList(read) ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Deeper than any entity's children: a text that was made to be deep is none. */
const depthMax = 16;

function isList(value: unknown, depth = 0): value is readonly EmbeddedRecord[] {
  return depth < depthMax && Array.isArray(value) && value.every((each) => isEmbedded(each, depth));
}

function isEmbedded(value: unknown, depth: number): value is EmbeddedRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === "string" || isList(each, depth + 1));
}

/** The list of a child's records in a record. */
export function listIn(record: EmbeddedRecord, child: string): readonly EmbeddedRecord[] {
  const list = record[child];
  return list === undefined || typeof list === "string" ? [] : list;
}

/** The canonical value of a field of the record that holds the embedded ones; undefined where it has none. */
export type ParentValue = (field: string) => string | undefined;

export type EmbeddedConverter = (text: string, parent: ParentValue) => Converted;

/** Converts all fields of embedded records; one that does not fit makes the whole value not fit. */
export function embeddedConverter(
  embedded: Embedded,
  converterOf: (field: EntityField) => Converter,
): EmbeddedConverter {
  const convertList = listConverter(embedded, converterOf);
  return (text, parent) => {
    const records = readEmbedded(text);
    if (!records)
      return { problem: "takes a JSON list of its records, each an object with texts by the names of fields" };
    const problems: string[] = [];
    let count = 0;
    const converted = convertList(records, parent, (problem) => {
      count += 1;
      if (count <= problemsShown) problems.push(problem);
    });
    if (count === 0) return { value: JSON.stringify(converted) };
    const more = count > problemsShown ? `; and ${count - problemsShown} more` : "";
    return { problem: `holds records that do not fit: ${problems.join("; ")}${more}` };
  };
}

type Refuse = (problem: string) => void;
type ListConverter = (
  records: readonly EmbeddedRecord[],
  parent: ParentValue,
  refuse: Refuse,
) => readonly EmbeddedRecord[];

interface FieldConverter {
  readonly field: EntityField;
  readonly folded: string;
  readonly convert: Converter;
  readonly convertChildren: ListConverter | undefined;
  readonly parentField: string | undefined;
}

function listConverter({ entity, relation }: Embedded, converterOf: (field: EntityField) => Converter): ListConverter {
  const parents = new Map(relation.map(({ field, parentField }) => [foldName(field), parentField]));
  const fields = entity.fields.map((field): FieldConverter => {
    const folded = foldName(field.name);
    const convertChildren = field.embedded && listConverter(field.embedded, converterOf);
    return { field, folded, convert: converterOf(field), convertChildren, parentField: parents.get(folded) };
  });
  return (records, parent, refuse) => {
    const seen = new Map<string, number>();
    return records.map((record, index) => {
      const refuseIt: Refuse = (problem) => refuse(`record ${index + 1} of ${entity.name}: ${problem}`);
      const converted = convertRecord(fields, record, parent, refuseIt);
      const key = keyOf(entity, converted);
      const earlier = seen.get(key);
      if (earlier !== undefined) refuseIt(`it has the key of record ${earlier}`);
      seen.set(key, index + 1);
      return converted;
    });
  };
}

function convertRecord(
  fields: readonly FieldConverter[],
  record: EmbeddedRecord,
  parent: ParentValue,
  refuse: Refuse,
): EmbeddedRecord {
  const given = new Map(Object.entries(record).map(([name, value]) => [foldName(name), value]));
  const converted: Record<string, string | readonly EmbeddedRecord[]> = {};
  const valueOf: ParentValue = (name) => {
    const value = converted[fields.find(({ folded }) => folded === foldName(name))?.field.name ?? ""];
    return typeof value === "string" ? value : undefined;
  };
  for (const each of fields) {
    const value = given.get(each.folded);
    given.delete(each.folded);
    const own = each.convertChildren
      ? convertChildren(each, value, valueOf, refuse)
      : convertValue(each, value, parent, refuse);
    if (own !== undefined) converted[each.field.name] = own;
  }
  for (const name of given.keys()) refuse(`it has no field "${name}"`);
  return converted;
}

function convertChildren(
  { field, convertChildren: convert }: FieldConverter,
  value: EmbeddedRecord[string] | undefined,
  parent: ParentValue,
  refuse: Refuse,
): readonly EmbeddedRecord[] | undefined {
  if (convert && value !== undefined && typeof value !== "string") return convert(value, parent, refuse);
  refuse(missingChildren(field));
  return undefined;
}

function missingChildren({ name }: EntityField): string {
  return `it has no element for "${name}"; one without records of it has an empty one (MAP011)`;
}

/** A field that says which parent is meant may be left out; any other value than the parent's is a mistake. */
function convertValue(
  { field, convert, parentField }: FieldConverter,
  value: EmbeddedRecord[string] | undefined,
  parent: ParentValue,
  refuse: Refuse,
): string | undefined {
  const { name } = field;
  const refused = (what: string): undefined => {
    refuse(`field "${name}" ${what}`);
    return undefined;
  };
  if (value !== undefined && typeof value !== "string") return refused("holds records");
  const expected = parentField === undefined ? undefined : parent(parentField);
  const converted = value === undefined || value.trim() === "" ? { value: "" } : convert(value);
  if ("problem" in converted) return refused(converted.problem);
  if (converted.value === "") {
    if (expected !== undefined) return expected;
    if (field.isKey || field.isRequired) return refused("is required, but has no value");
    return value === undefined ? undefined : "";
  }
  if (expected !== undefined && compared(converted.value) !== compared(expected)) {
    refuse(`field "${name}" has another value than "${parentField}" of the record that holds it`);
  }
  return converted.value;
}

function compared(value: string): string {
  return foldName(withoutPadding(value));
}

/** In the form in which keys are compared. */
export function keyOf(entity: DataEntity, record: EmbeddedRecord): string {
  return recordKey(
    keyFields(entity).map(({ name }) => {
      const value = record[name];
      return typeof value === "string" ? value : "";
    }),
  );
}

/** What comes in joined with what is stored: records by their keys, new ones behind; an empty value is left out. */
export function mergeEmbedded({ entity }: Embedded, stored: string, incoming: string): string {
  const merged = mergeLists(entity, readEmbedded(stored) ?? [], readEmbedded(incoming) ?? []);
  const text = merged.length === 0 ? "" : JSON.stringify(merged);
  if (text.length <= embeddedCharactersMax) return text;
  const what = `A record holds more of "${entity.name}" than ${embeddedCharactersMax} characters`;
  throw new DomainError("invalid", `${what}, with those that are stored. Divide them among several records.`);
}

function mergeLists(
  entity: DataEntity,
  stored: readonly EmbeddedRecord[],
  incoming: readonly EmbeddedRecord[],
): readonly EmbeddedRecord[] {
  const records = new Map(stored.map((record) => [keyOf(entity, record), record]));
  for (const record of incoming) {
    const key = keyOf(entity, record);
    records.set(key, mergeRecord(entity, records.get(key) ?? {}, record));
  }
  return [...records.values()];
}

function mergeRecord(entity: DataEntity, stored: EmbeddedRecord, incoming: EmbeddedRecord): EmbeddedRecord {
  const merged: Record<string, string | readonly EmbeddedRecord[]> = {};
  for (const { name, isKey, embedded } of entity.fields) {
    const value = embedded
      ? mergeLists(embedded.entity, listIn(stored, name), listIn(incoming, name))
      : (isKey && stored[name]) || (incoming[name] ?? stored[name] ?? "");
    if (value.length > 0) merged[name] = value;
  }
  return merged;
}
