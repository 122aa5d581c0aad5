import { type DataEntity, type EntityField, isSameName } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import type { FieldMap, FieldMapLine } from "./fieldMapLine.ts";
import { byFoldedName, foldName } from "./foldName.ts";
import { doubledColumns, namelessColumns, sameName } from "./headerDoubts.ts";
import { mapLineProblems } from "./mapLineProblems.ts";
import { nameList } from "./nameList.ts";
import type { Region } from "./region.ts";
import { shownValue, textWithValue } from "./shownValue.ts";
import { type MappedField, type MappedRows, type RowError, problemCode, rowMapper } from "./rowMapper.ts";
import { type MapLineProblem, valueConversions } from "./valueConversions.ts";
import { converterFor } from "./values.ts";

/** The map that columns named like fields give by themselves, in the file's order. */
export function mapByName(entity: DataEntity, columns: readonly string[]): FieldMap {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const fed = new Set<string>();
  return columns.flatMap((column) => {
    const field = fields.get(foldName(column.trim()));
    if (!field || field.embedded || fed.has(field.name)) return [];
    fed.add(field.name);
    return [{ field: field.name, column, ignoreBlank: false }];
  });
}

/** The columns that the map reads, or that a map by name would: those of all fields. */
export function expectedColumns(entity: DataEntity, map: FieldMap | undefined): readonly string[] {
  return withChildren(entity, map ?? mapOfEveryField(entity)).flatMap(({ column }) => column ?? []);
}

/** The map that an export without one of its own uses: every field, under its own name in upper case. */
export function mapOfEveryField(entity: DataEntity): FieldMap {
  const own = entity.fields.filter(({ embedded }) => !embedded);
  return own.map(({ name }) => ({ field: name, column: upperCased(name), ignoreBlank: false }));
}

/** The map with the children of an entity, which no map names: a record is moved with all that is a part of it. */
export function withChildren(entity: DataEntity, map: FieldMap): FieldMap {
  const children = entity.fields.filter(({ embedded }) => embedded);
  if (children.length === 0) return map;
  return [...map, ...children.map(({ name }) => ({ field: name, column: name, ignoreBlank: false }))];
}

/** In upper case, unless that is another name: a column "STRASSE" would not lead back to the field "Straße". */
export function upperCased(name: string): string {
  const upper = name.toUpperCase();
  return isSameName(upper, name) ? upper : name;
}

/** Every rule that a map breaks against its entity, without a file at hand. */
export function fieldMapProblems(entity: DataEntity, map: FieldMap, path: string): readonly MemberError[] {
  const problems: MemberError[] = [];
  const fed = new Set<string>();
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  map.forEach((line, index) => {
    const field = fields.get(foldName(line.field));
    const place = `${path}[${index}]`;
    if (!field) {
      problems.push({ path: `${place}.field`, message: `Entity "${entity.name}" has no field "${line.field}".` });
      return;
    }
    if (fed.has(field.name)) problems.push({ path: `${place}.field`, message: `"${field.name}" is mapped twice.` });
    fed.add(field.name);
    if (line.column === undefined && !line.defaultValue) {
      problems.push({ path: place, message: `Give "${field.name}" a column, a default value, or both.` });
    }
    const wrong = line.defaultValue ? converterFor(field)(line.defaultValue) : { value: "" };
    if ("problem" in wrong) {
      const message = `The default of "${field.name}" ${wrong.problem}.`;
      const value = shownValue(line.defaultValue ?? "");
      problems.push({ path: `${place}.defaultValue`, message: textWithValue({ message, value }) });
    }
    for (const { member, ...text } of mapLineProblems(field, line)) {
      problems.push({ path: `${place}.${member}`, message: textWithValue(text) });
    }
  });
  return problems;
}

export interface CompiledMap extends MappedRows {
  /** The mapped fields, in entity order: what the values of a mapped row stand for. */
  readonly fields: readonly string[];
  /** Columns of the file that feed nothing, but for those that no name tells apart. */
  readonly unknownColumns: readonly string[];
}

/**
 * Joins a map to the columns of one file. Answers the problems instead when the file cannot be mapped: a mapped column
 * is missing (DMF2060) or there twice (FF004), a value of the map does not fit its field, or a key or required field is
 * fed by nothing. The cells are read as the region writes them; values of the map are in invariant form.
 */
export function compileMap(
  entity: DataEntity,
  map: FieldMap,
  columns: readonly string[],
  region?: Region,
): CompiledMap | { readonly problems: readonly RowError[] } {
  const problems: RowError[] = [];
  const lines: MappedField[] = [];
  const mapped = byFoldedName(withChildren(entity, map), (line) => line.field);
  const placeOf = columnFinder(columns);
  for (const field of entity.fields) {
    const line = mapped.get(foldName(field.name));
    const compiled = line ? compileLine(field, line, placeOf) : "unfed";
    if (compiled === "unfed") problems.push(...unfedField(field, columns));
    else if ("problems" in compiled) problems.push(...compiled.problems);
    else lines.push(compiled);
  }
  if (problems.length > 0) return { problems };
  return {
    fields: lines.map((line) => line.field.name),
    unknownColumns: unknownColumns(map, lines, columns),
    ...rowMapper(lines, region),
  };
}

type ColumnFinder = (field: EntityField, column: string) => number | RowError;

/** A line whose default value stands for none, and that has nothing else, feeds nothing. */
function compileLine(
  field: EntityField,
  line: FieldMapLine,
  placeOf: ColumnFinder,
): MappedField | { readonly problems: readonly RowError[] } | "unfed" {
  const column = line.autoDefault ? undefined : line.column;
  const cell = column === undefined ? -1 : placeOf(field, column);
  const defaultValue = defaultOf(field, line);
  const problems = [
    ...[cell, defaultValue].filter((each) => typeof each === "object"),
    ...mapLineProblems(field, line).map((problem) => ofField(field, problem)),
  ];
  if (problems.length > 0 || typeof cell === "object" || typeof defaultValue === "object") return { problems };
  if (column === undefined && defaultValue === undefined) return "unfed";
  return {
    field,
    cell,
    defaultValue,
    ignoreBlank: line.ignoreBlank,
    isRequired: field.isRequired || line.isRequired === true,
    conversions: valueConversions(field, line),
    truncates: line.truncate === true,
  };
}

function ofField(field: EntityField, { message, value }: MapLineProblem): RowError {
  const text = `${message} Mend the field map.`;
  return { field: field.name, code: problemCode(field), message: text, ...(value !== undefined && { value }) };
}

/** A column that a line names and does not read is known all the same. */
function unknownColumns(map: FieldMap, lines: readonly MappedField[], columns: readonly string[]): readonly string[] {
  const used = new Set(lines.map((line) => line.cell));
  const ignored = map.filter(({ autoDefault }) => autoDefault).map(({ column }) => foldName(column?.trim() ?? ""));
  const { indexes } = namelessColumns(columns);
  return columns.filter((column, index) => {
    return !used.has(index) && !indexes.has(index) && !ignored.includes(foldName(column.trim()));
  });
}

/** Where a mapped column stands, or why that cannot be said. */
function columnFinder(columns: readonly string[]): ColumnFinder {
  const places = byFoldedName([...columns.entries()], ([, name]) => name.trim());
  const doubled = doubledColumns(columns);
  return (field, column) => {
    const name = foldName(column.trim());
    const twice = doubled.get(name);
    if (twice) {
      const message = `${sameName(columns, twice)}, which is mapped to field "${field.name}". Rename all but one of them.`;
      return { field: field.name, code: "FF004", message };
    }
    return (name === "" ? undefined : places.get(name)?.[0]) ?? missingColumn(field, column, columns);
  };
}

/** The default in canonical form; undefined for none, which is also what an empty date stands for. */
function defaultOf(field: EntityField, line: FieldMapLine): string | undefined | RowError {
  if (!line.defaultValue) return undefined;
  const converted = converterFor(field)(line.defaultValue);
  if ("value" in converted) return converted.value === "" ? undefined : converted.value;
  const message = `The default value of field "${field.name}" is wrong: the field ${converted.problem}. Mend the field map.`;
  return { field: field.name, code: problemCode(field), message, value: shownValue(line.defaultValue) };
}

function missingColumn(field: EntityField, column: string, columns: readonly string[]): RowError {
  const found = nameList(columns);
  const message = `Column "${column}", mapped to field "${field.name}", is not in the file; it has: ${found}. Add the column to the file, or change the field map of the data project.`;
  return { field: field.name, code: "DMF2060", message };
}

/** A field that nothing feeds keeps its stored value: only a key or required one may not be left out. */
function unfedField(field: EntityField, columns: readonly string[]): readonly RowError[] {
  if (!field.isKey && !field.isRequired) return [];
  const why = field.isKey ? "part of the key" : "required";
  const message = `Field "${field.name}" is ${why}, but no column of the file (${nameList(columns)}) is mapped to it. Name a column "${field.name}", or map one in the data project.`;
  return [{ field: field.name, code: "DMF2022", message }];
}
