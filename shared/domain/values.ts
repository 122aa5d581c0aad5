import { isDate } from "./calendar.ts";
import type { EntityField, EnumValue } from "./dataEntity.ts";
import { foldName, withoutPadding } from "./foldName.ts";
import { isGuid } from "./guid.ts";
import type { Region, RegionalType } from "./region.ts";

/**
 * Every stored value is a canonical text, so that equal values are equal texts, keys sort and compare as texts, and a
 * decimal never passes through a binary float. An empty value is absent: it is written as an empty cell.
 */
export type Converted = { readonly value: string } | { readonly problem: string };

/** Turns a source text (not blank) into the field's canonical text, or says what kind of value stands there instead. */
export type Converter = (text: string) => Converted;

/** What stands in a cell, without its content: contents never enter an error text that may be logged. */
export function valueKind(text: string): string {
  if (text.trim() === "") return "an empty value";
  if (/^[+-]?\d+$/.test(text)) return `a whole number of ${text.replace(/^[+-]/, "").length} digits`;
  if (/^[+-]?[\d.,\s]+$/.test(text)) return `a number-like text of ${text.length} characters`;
  return `a text of ${text.length} characters`;
}

const refuse = (expected: string, text: string): Converted => ({
  problem: `expects ${expected}, but holds ${valueKind(text)}`,
});

const wholeNumber = /^[+-]?\d+$/;

function convertWhole(text: string, bits: 32 | 64): Converted {
  const trimmed = text.trim();
  const expected = bits === 32 ? "a whole number of 32 bits" : "a whole number of 64 bits";
  if (!wholeNumber.test(trimmed) || trimmed.length > 40) return refuse(expected, text);
  const number = BigInt(trimmed.startsWith("+") ? trimmed.slice(1) : trimmed);
  return number === BigInt.asIntN(bits, number) ? { value: number.toString() } : refuse(expected, text);
}

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const realDigitsMax = 60;

/** The shortest exact form with a point: "012.500" is "12.5", "1.25e2" is "125", "-0.0" is "0". */
function convertReal(text: string): Converted {
  const match = decimal.exec(text.trim());
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || whole.length + fraction.length === 0)
    return refuse("a decimal number with a point, such as 12.5", text);
  const exponent = Number(match[4] ?? 0);
  if (whole.length + fraction.length + Math.abs(exponent) > realDigitsMax) {
    return { problem: `expects a decimal number of at most ${realDigitsMax} digits` };
  }
  const shifted = shiftPoint(whole, fraction, exponent);
  const wholePart = shifted.whole.replace(/^0+(?=\d)/, "") || "0";
  const fractionPart = shifted.fraction.replace(/0+$/, "");
  const size = fractionPart === "" ? wholePart : `${wholePart}.${fractionPart}`;
  return { value: match[1] === "-" && size !== "0" ? `-${size}` : size };
}

function shiftPoint(whole: string, fraction: string, exponent: number): { whole: string; fraction: string } {
  if (exponent >= 0) {
    const padded = fraction.padEnd(exponent, "0");
    return { whole: whole + padded.slice(0, exponent), fraction: padded.slice(exponent) };
  }
  const padded = whole.padStart(-exponent, "0");
  return {
    whole: padded.slice(0, padded.length + exponent),
    fraction: padded.slice(padded.length + exponent) + fraction,
  };
}

const trueWords = new Set(["yes", "true", "1"]);
const falseWords = new Set(["no", "false", "0"]);

function convertBoolean(text: string): Converted {
  const word = text.trim().toLowerCase();
  if (trueWords.has(word)) return { value: "Yes" };
  if (falseWords.has(word)) return { value: "No" };
  return refuse("Yes or No (also true, false, 1, 0)", text);
}

/** The original's empty date. */
const emptyDate = "1900-01-01";
const emptyDatetime = `${emptyDate}T00:00:00`;

function convertDate(text: string): Converted {
  const trimmed = text.trim();
  const date = /^\d{4}-\d{2}-\d{2}[T ]00:00(?::00(?:\.0+)?)?Z?$/.test(trimmed) ? trimmed.slice(0, 10) : trimmed;
  if (!isDate(date)) return refuse("a date such as 2026-01-31", text);
  return { value: date === emptyDate ? "" : date };
}

const timePart = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,7})?)?$/;

/** The canonical "hh:mm:ss" (with a fraction only where it is not zero), or undefined. */
function canonicalTime(text: string): string | undefined {
  const match = timePart.exec(text);
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return undefined;
  const fraction = (match[4] ?? "").replace(/0+$/, "");
  return `${match[1]}:${match[2]}:${match[3] ?? "00"}${fraction === "." ? "" : fraction}`;
}

function convertTime(text: string): Converted {
  const time = canonicalTime(text.trim());
  return time === undefined ? refuse("a time such as 08:30:00", text) : { value: time };
}

const offsetPart = /(Z|[+-]\d{2}:\d{2})$/i;

/** A datetime without an offset is in UTC; one with an offset is moved to UTC. */
function convertDatetime(text: string): Converted {
  const refused = refuse("a datetime such as 2026-01-31T08:30:00Z", text);
  const trimmed = text.trim();
  const offset = offsetPart.exec(trimmed)?.[1] ?? "Z";
  const local = trimmed.replace(offsetPart, "");
  const [date = "", time = "00:00:00", ...rest] = local.split(/[T ]/);
  const clock = canonicalTime(time);
  if (rest.length > 0 || !isDate(date) || clock === undefined) return refused;
  const moved = offset.toUpperCase() === "Z" ? `${date}T${clock}` : moveToUtc(date, clock, offset);
  if (moved === undefined) return refused;
  return { value: moved === emptyDatetime ? "" : `${moved}Z` };
}

/** Undefined where the offset is none, or leads out of the years 1 to 9999. */
function moveToUtc(date: string, clock: string, offset: string): string | undefined {
  const instant = Date.parse(`${date}T${clock.slice(0, 8)}${offset}`);
  if (Number.isNaN(instant)) return undefined;
  const moved = new Date(instant).toISOString();
  return isDate(moved.slice(0, 10)) ? `${moved.slice(0, 19)}${clock.slice(8)}` : undefined;
}

function convertGuid(text: string): Converted {
  const bare = text
    .trim()
    .replaceAll(/^\{|\}$/g, "")
    .toLowerCase();
  return isGuid(bare) ? { value: bare } : refuse("a GUID", text);
}

function enumConverter(values: readonly EnumValue[]): Converter {
  const symbols = new Map<string, string>();
  for (const { symbol, value, label } of values) {
    for (const spelling of [label, String(value), symbol]) symbols.set(foldName(spelling), symbol);
  }
  const expected = `one of ${values
    .slice(0, 10)
    .map((value) => value.symbol)
    .join(", ")}${values.length > 10 ? ", …" : ""}`;
  return (text) => {
    const symbol = symbols.get(foldName(text.trim()));
    return symbol === undefined ? refuse(expected, text) : { value: symbol };
  };
}

// Control characters other than tab, CR and LF are illegal in every format (DMF2055), and would break keys apart.
// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function stringConverter(lengthMax: number | undefined): Converter {
  return (text) => {
    // A value that would fit but for the blanks that it is filled up with is stored without them.
    const value = lengthMax === undefined || text.length <= lengthMax ? text : withoutPadding(text);
    if (lengthMax !== undefined && value.length > lengthMax) {
      return { problem: `holds ${value.length} characters, but takes at most ${lengthMax}` };
    }
    if (controlCharacter.test(value)) return { problem: "holds a control character, which no format may carry" };
    return { value };
  };
}

/**
 * The converter of a field: one function per field and file, so that a record costs no look-up. A region, where the
 * file has one, says how its texts are written; the type's rule is the same for all.
 */
export function converterFor(field: EntityField, region?: Region): Converter {
  const convert = invariantConverter(field);
  const regional = region?.(field.type);
  return regional ? (text) => convertRegional(text, regional, convert) : convert;
}

function convertRegional(text: string, { read, expected, hasExamples }: RegionalType, convert: Converter): Converted {
  const found = read(text);
  if (found === undefined) return refuse(expected, text);
  if ("problem" in found) return found;
  const converted = convert(found.invariant);
  // The type's own refusal would show its example in another form than the file's.
  return "problem" in converted && hasExamples ? refuse(expected, text) : converted;
}

function invariantConverter(field: EntityField): Converter {
  switch (field.type) {
    case "string":
      return stringConverter(field.lengthMax);
    case "integer":
      return (text) => convertWhole(text, 32);
    case "int64":
      return (text) => convertWhole(text, 64);
    case "real":
      return convertReal;
    case "boolean":
      return convertBoolean;
    case "date":
      return convertDate;
    case "datetime":
      return convertDatetime;
    case "time":
      return convertTime;
    case "guid":
      return convertGuid;
    case "enum":
      return enumConverter(field.enumValues ?? []);
  }
}
