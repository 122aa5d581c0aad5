import type { EmbeddedConverter, ParentValue } from "./embedded.ts";
import type { EntityField } from "./dataEntity.ts";
import { foldName } from "./foldName.ts";
import type { RowBatch } from "./rowBatch.ts";
import { shownValue } from "./shownValue.ts";
import type { ValueConversions } from "./valueConversions.ts";
import type { CanonicalCheck, Converter } from "./values/valueType.ts";

export interface RowError {
  readonly field: string;
  /** A code of the original's data management errors where one fits. */
  readonly code: string;
  /** Without the value, so that it may stand anywhere. */
  readonly message: string;
  /** The value that it is about, as people read it; see `textWithValue`. */
  readonly value?: string;
}

/** A field of an entity, and what of a row feeds it. */
export interface MappedField {
  readonly field: EntityField;
  /** Its place among the cells; -1 for none. */
  readonly cell: number;
  /** In canonical form. */
  readonly defaultValue: string | undefined;
  readonly ignoreBlank: boolean;
  /** By the entity or by the field map. */
  readonly isRequired: boolean;
  readonly conversions: ValueConversions | undefined;
  /** A text that is too long is cut. */
  readonly truncates: boolean;
  /** A part of the key that gets a number later: until then its cell tells which rows are of one, and a blank one none. */
  readonly isNumbered: boolean;
}

/** A field, and how its cells are read. */
export interface CellReader extends MappedField {
  /** Of a child's records, which the record's own values say something about. */
  readonly within: EmbeddedConverter | undefined;
  /** The key of that record, by the folded names of its fields. */
  readonly holders?: ReadonlyMap<string, CellReader>;
  readonly convert: Converter;
  readonly isCanonical: CanonicalCheck | undefined;
  /** An empty cell is an empty value. */
  readonly mayBeEmpty: boolean;
}

/** What the field's cell stands for: a text, undefined to keep what is stored, or why it does not fit. */
export function valueOf(field: CellReader, batch: RowBatch, index: number): string | undefined | RowError {
  const place = index * batch.width + field.cell;
  const [start, end] = field.cell < 0 ? [0, 0] : [batch.starts[place]!, batch.ends[place]!];
  const text = batch.bytes.toString("utf8", start, end);
  if (text === "" || text.trim() === "") return valueOfBlank(field, end < start, batch.lines[index]!);
  const converted = field.within?.(text, parentOf(field, batch, index)) ?? field.convert(text);
  if ("problem" in converted) {
    const { name } = field.field;
    const { rule, problem } = converted;
    const value = shownValue(text);
    if (rule !== undefined) return { field: name, code: "validateField", message: rule, value };
    return { field: name, code: problemCode(field.field), message: `Field "${name}" ${problem}.`, value };
  }
  return converted.value === "" ? valueOfBlank(field, false, batch.lines[index]!) : converted.value;
}

function parentOf({ holders }: CellReader, batch: RowBatch, index: number): ParentValue {
  return (name) => {
    const key = holders?.get(foldName(name));
    const value = key && valueOf(key, batch, index);
    return typeof value === "string" ? value : undefined;
  };
}

/** A row without the cell says nothing of the field, and an empty one that it has no value. */
export function valueOfBlank(
  { field, defaultValue, ignoreBlank, isRequired, isNumbered }: MappedField,
  isAbsent: boolean,
  line: number,
): string | undefined | RowError {
  if (isNumbered) return rowMark(line);
  if (defaultValue !== undefined) return defaultValue;
  if (field.embedded) {
    const message = `The record has no element for "${field.name}". One without records of it has an empty one.`;
    return { field: field.name, code: "MAP011", message };
  }
  if (field.isKey || isRequired) {
    const message = `Field "${field.name}" is ${field.isKey ? "part of the key" : "required"}, but the row holds no value for it.`;
    return { field: field.name, code: "required", message };
  }
  return ignoreBlank || isAbsent ? undefined : "";
}

const lineDigits = 15;

/** Stands for a row alone: no value begins with such a character. */
function rowMark(line: number): string {
  return `\u0001${String(line).padStart(lineDigits, "0")}`;
}

export function problemCode(field: EntityField): string {
  if (field.type === "enum") return "DMF021";
  if (field.type === "date" || field.type === "datetime" || field.type === "time") return "DMF2016";
  return "DMF2018";
}
