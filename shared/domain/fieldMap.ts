import { type DataEntity, type EntityField, isSameName } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import { byFoldedName, foldName } from "./foldName.ts";
import { doubledColumns, namelessColumns, sameName } from "./headerDoubts.ts";
import { nameList } from "./nameList.ts";
import type { Region } from "./region.ts";
import { shownValue, textWithValue } from "./shownValue.ts";
import { type MappedField, type RowMapper, type RowError, problemCode, rowMapper } from "./rowMapper.ts";
import { converterFor } from "./values.ts";

/** One line of a field map: which column of the file feeds which field of the entity (or is fed by it, on export). */
export interface FieldMapLine {
  readonly field: string;
  /** The file's column; absent when the default value alone feeds the field. */
  readonly column?: string;
  /** Used when the cell is blank or the line has no column. */
  readonly defaultValue?: string;
  /** A blank cell keeps the stored value of an existing record; otherwise it empties the field. */
  readonly ignoreBlank: boolean;
}

export type FieldMap = readonly FieldMapLine[];

/** The map that columns named like fields give by themselves, in the file's order. */
export function mapByName(entity: DataEntity, columns: readonly string[]): FieldMap {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const fed = new Set<string>();
  return columns.flatMap((column) => {
    const field = fields.get(foldName(column.trim()));
    if (!field || fed.has(field.name)) return [];
    fed.add(field.name);
    return [{ field: field.name, column, ignoreBlank: false }];
  });
}

/** The columns that the map reads, or that a map by name would: those of all fields. */
export function expectedColumns(entity: DataEntity, map: FieldMap | undefined): readonly string[] {
  return (map ?? mapOfEveryField(entity)).flatMap(({ column }) => column ?? []);
}

/** The map that an export without one of its own uses: every field, under its own name in upper case. */
export function mapOfEveryField(entity: DataEntity): FieldMap {
  return entity.fields.map(({ name }) => ({ field: name, column: upperCased(name), ignoreBlank: false }));
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
  });
  return problems;
}

export interface CompiledMap {
  /** The mapped fields, in entity order: what the values of a mapped row stand for. */
  readonly fields: readonly string[];
  /** Columns of the file that feed nothing, but for those that no name tells apart. */
  readonly unknownColumns: readonly string[];
  readonly mapRow: RowMapper;
}

/**
 * Joins a map to the columns of one file. Answers the problems instead when the file cannot be mapped: a mapped column
 * is missing (DMF2060) or there twice (FF004), a default value does not fit its field, or a key or required field is fed by nothing. The cells
 * are read as the region writes them; defaults are in invariant form.
 */
export function compileMap(
  entity: DataEntity,
  map: FieldMap,
  columns: readonly string[],
  region?: Region,
): CompiledMap | { readonly problems: readonly RowError[] } {
  const problems: RowError[] = [];
  const lines: MappedField[] = [];
  const mapped = byFoldedName(map, (line) => line.field);
  const placeOf = columnFinder(columns);
  for (const field of entity.fields) {
    const line = mapped.get(foldName(field.name));
    if (line) {
      const cell = line.column === undefined ? -1 : placeOf(field, line.column);
      if (typeof cell === "object") problems.push(cell);
      const defaultValue = defaultOf(field, line);
      if (typeof defaultValue === "object") problems.push(defaultValue);
      else if (line.column === undefined && defaultValue === undefined) problems.push(...unfedField(field, columns));
      else if (typeof cell === "number") lines.push({ field, cell, defaultValue, ignoreBlank: line.ignoreBlank });
    } else problems.push(...unfedField(field, columns));
  }
  if (problems.length > 0) return { problems };
  const used = new Set(lines.map((line) => line.cell));
  const { indexes } = namelessColumns(columns);
  return {
    fields: lines.map((line) => line.field.name),
    unknownColumns: columns.filter((_, index) => !used.has(index) && !indexes.has(index)),
    mapRow: rowMapper(lines, region),
  };
}

/** Where a mapped column stands, or why that cannot be said. */
function columnFinder(columns: readonly string[]): (field: EntityField, column: string) => number | RowError {
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
