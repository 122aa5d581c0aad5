import type { EntityField } from "./dataEntity.ts";
import type { FieldMapLine } from "./fieldMapLine.ts";
import { shownValue } from "./shownValue.ts";
import { converterFor } from "./values.ts";
import type { Converter } from "./values/valueType.ts";

/** The pairs of a line, to canonical values. */
export interface ValueConversions {
  readonly valueOf: ReadonlyMap<string, string>;
  readonly fallback: string | undefined;
}

/** What is wrong with a line, at which of its members, and the value that it is about. */
export interface MapLineProblem {
  readonly member: string;
  readonly message: string;
  readonly value?: string;
}

/** Undefined for a line without pairs. Of one that has problems the values that fit. */
export function valueConversions(field: EntityField, line: FieldMapLine): ValueConversions | undefined {
  if (!line.conversions?.length) return undefined;
  const valueOf = new Map<string, string>();
  for (const { source, value } of line.conversions) {
    const canonical = canonicalValue(field, value);
    if (canonical !== undefined) valueOf.set(source, canonical);
  }
  const { fallbackValue } = line;
  return { valueOf, fallback: fallbackValue === undefined ? undefined : canonicalValue(field, fallbackValue) };
}

/** Undefined where the field does not take it. */
export function canonicalValue(field: EntityField, value: string): string | undefined {
  if (value.trim() === "") return "";
  const converted = converterFor(field)(value);
  return "value" in converted ? converted.value : undefined;
}

/** Reads a text by its pair, by the fallback, or else as the field does. */
export function convertingValues({ valueOf, fallback }: ValueConversions, convert: Converter): Converter {
  return (text) => {
    const value = valueOf.get(text) ?? fallback;
    return value === undefined ? convert(text) : { value };
  };
}

export function conversionProblems(field: EntityField, line: FieldMapLine): readonly MapLineProblem[] {
  const { conversions = [], fallbackValue, column } = line;
  const problems: MapLineProblem[] = [];
  const add = (member: string, message: string, value?: string): void => {
    problems.push({ member, message, ...(value !== undefined && { value: shownValue(value) }) });
  };
  if (conversions.length > 0 && column === undefined) {
    add("conversions", `The conversions of "${field.name}" need a column whose texts they convert.`);
  }
  if (fallbackValue !== undefined) {
    if (conversions.length === 0) add("fallbackValue", `"${field.name}" has no conversions to fall back from.`);
    const why = misfit(field, fallbackValue);
    if (why !== undefined) add("fallbackValue", `The fallback value of "${field.name}" ${why}.`, fallbackValue);
  }
  const seen = new Set<string>();
  for (const [index, { source, value }] of conversions.entries()) {
    const member = `conversions[${index}]`;
    if (source.trim() === "") add(`${member}.source`, "A blank cell has the default value; name a text.");
    if (seen.has(source)) add(`${member}.source`, `The text is converted already for "${field.name}".`, source);
    seen.add(source);
    const why = misfit(field, value);
    if (why !== undefined) add(`${member}.value`, `The value of a conversion of "${field.name}" ${why}.`, value);
  }
  return problems;
}

function misfit(field: EntityField, value: string): string | undefined {
  const converted = value.trim() === "" ? { value } : converterFor(field)(value);
  return "problem" in converted ? converted.problem : undefined;
}

/** Why the pairs cannot be read the other way: each value must lead back to one text. */
export function inverseProblems(field: EntityField, line: FieldMapLine): readonly MapLineProblem[] {
  const problems: MapLineProblem[] = [];
  if (line.fallbackValue !== undefined) {
    const message = `An export cannot tell what the fallback value of "${field.name}" stands for. Leave it out.`;
    problems.push({ member: "fallbackValue", message });
  }
  const sourceOf = new Map<string, string>();
  for (const [index, { source, value }] of (line.conversions ?? []).entries()) {
    const canonical = canonicalValue(field, value);
    if (canonical === undefined) continue;
    const member = `conversions[${index}].value`;
    const earlier = sourceOf.get(canonical);
    if (canonical === "") {
      problems.push({ member, message: `An export writes an empty "${field.name}" as an empty cell. Give a value.` });
    } else if (earlier !== undefined) {
      const texts = `${shownValue(earlier)} and ${shownValue(source)}`;
      const message = `Two texts stand for one value of "${field.name}", ${texts}, so an export cannot tell which to write.`;
      problems.push({ member, message, value: shownValue(value) });
    }
    sourceOf.set(canonical, source);
  }
  return problems;
}
