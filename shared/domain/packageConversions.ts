import type { EntityField, FieldType } from "./dataEntity.ts";
import type { FieldConversion } from "./dataPackage.ts";
import type { FieldMapLine, ValueConversion } from "./fieldMapLine.ts";

/** What a manifest's conversions mean to a field of the type, as members of a line of a map. */
export type ConvertedMembers = Pick<FieldMapLine, "defaultValue" | "conversions" | "fallbackValue">;

/**
 * The pairs, and the value of the conversion that is marked as default: that of blank cells, and beside pairs of every
 * text that none of them names.
 */
export function convertedMembers(type: FieldType, conversions: readonly FieldConversion[]): ConvertedMembers {
  const marked = conversions.find(({ isDefault }) => isDefault);
  const defaultValue = marked && saidValue(marked, "Staging", type);
  const pairs = conversions.flatMap((each) => (each.isDefault ? [] : (pairOf(each, type) ?? [])));
  return {
    ...(defaultValue !== undefined && { defaultValue }),
    ...(pairs.length > 0 && { conversions: pairs }),
    ...(pairs.length > 0 && defaultValue !== undefined && { fallbackValue: defaultValue }),
  };
}

/** Whether a pair has a value and no text that it stands for, so that nobody knows what to convert. */
export function hasNamelessPair(type: FieldType, conversions: readonly FieldConversion[]): boolean {
  return conversions.some((each) => {
    return !each.isDefault && saidValue(each, "Staging", type) !== undefined && pairOf(each, type) === undefined;
  });
}

/** As the original's manifest has them: texts, and beside them numbers where the field holds numbers. */
export function fieldConversions(
  field: EntityField,
  { defaultValue, conversions = [], fallbackValue }: FieldMapLine,
): readonly FieldConversion[] {
  const pairs = conversions.map(({ source, value }) => conversionOf(field, value, source));
  // Beside pairs, a default is that of blank cells and of other texts, and stands for one of the two alone nowhere.
  const isSayable = pairs.length === 0 || fallbackValue === defaultValue;
  return defaultValue && isSayable ? [...pairs, conversionOf(field, defaultValue, undefined)] : pairs;
}

function conversionOf({ type }: EntityField, value: string, source: string | undefined): FieldConversion {
  const values = new Map([["StagingStrValue", value]]);
  if (source !== undefined) values.set("SourceStrValue", source);
  if (isWhole.test(value) && (type === "integer" || type === "int64")) values.set("StagingIntValue", value);
  return { fieldType: fieldTypeNames[type], isDefault: source === undefined, values };
}

const isWhole = /^-?\d+$/u;

const fieldTypeNames: Readonly<Record<FieldType, string>> = {
  string: "String",
  boolean: "Enum",
  enum: "Enum",
  integer: "Integer",
  int64: "Int64",
  real: "Real",
  date: "Date",
  datetime: "UtcDateTime",
  time: "Time",
  guid: "Guid",
};

type Side = "Source" | "Staging";

/** In which members a value of a field is looked for first. */
const fittingMembers: Readonly<Record<FieldType, readonly string[]>> = {
  string: ["StrValue"],
  boolean: ["StrValue", "IntValue"],
  enum: ["StrValue", "IntValue"],
  integer: ["IntValue"],
  int64: ["IntValue"],
  real: ["RealValue"],
  date: ["DateValue"],
  datetime: ["UtcDateTime"],
  time: ["TimeValue"],
  guid: ["GuidValue"],
};

/** Undefined for a pair that says nothing, or not of which text. */
function pairOf(conversion: FieldConversion, type: FieldType): ValueConversion | undefined {
  const [source, value] = [saidValue(conversion, "Source", type), saidValue(conversion, "Staging", type)];
  if (source === undefined && value === undefined) return undefined;
  const from = source ?? zeroOf(conversion, "Source", type);
  return from === undefined ? undefined : { source: from, value: value ?? zeroOf(conversion, "Staging", type) ?? "" };
}

/**
 * The value as text: from the member that fits the field, or else from the first that says anything, as hand-made
 * manifests have it. Whether the field takes it shows when the map meets its file.
 */
function saidValue({ values }: FieldConversion, side: Side, type: FieldType): string | undefined {
  const fitting = fittingMembers[type].map((name) => `${side}${name}`);
  const others = [...values.keys()].filter((name) => name.startsWith(side));
  const member = [...fitting, ...others].find((name) => saysSomething(name, values.get(name) ?? ""));
  const value = member === undefined ? undefined : values.get(member);
  if (value === undefined || member === undefined) return undefined;
  if (member === `${side}TimeValue`) return timeOfDay(value);
  return member === "SourceDateValue" ? value.trim().slice(0, "2026-01-31".length) : value;
}

const zero = /^(?:-?0+(?:\.0*)?|(?:0001|1900)-01-01(?:T00:00:00(?:\.0*)?Z?)?|[0-]{36}|00:00:00)$/u;

/**
 * The original writes all members of a conversion: those that carry no value hold the zero of their type, which cannot
 * be told from a zero that is meant.
 */
function saysSomething(member: string, value: string): boolean {
  return value.trim() !== "" && (member.endsWith("StrValue") || !zero.test(value.trim()));
}

/** Of a pair whose other side says something, the zero of a number is meant. */
function zeroOf({ values }: FieldConversion, side: Side, type: FieldType): string | undefined {
  const member = fittingMembers[type].find((name) => name === "IntValue" || name === "RealValue");
  return member !== undefined && values.get(`${side}${member}`)?.trim() ? "0" : undefined;
}

/** The original's times are seconds of the day. */
function timeOfDay(value: string): string {
  const seconds = Number(value.trim());
  if (!Number.isInteger(seconds) || seconds < 0 || seconds >= 86_400) return value;
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
}
