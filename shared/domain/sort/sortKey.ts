import type { EntityField } from "../dataEntity.ts";
import { foldName, withoutPadding } from "../foldName.ts";
import { encodeText } from "../recordText.ts";

/** How the values of one field become texts whose bytes have the order of the values. */
export interface SortedBy {
  readonly field: EntityField;
  readonly isDescending: boolean;
}

/** Behind each value of a sort key: less than whatever a value holds. */
const partEnd = "\u0001";
/** Of longer texts the rest does not count, so that no key is as long as a text may be. */
export const sortedCharactersMax = 1000;

/**
 * A key by which staging puts a record in order, from its values beside the fields and its own key, which decides
 * between equal ones.
 */
export function sortKeyOf(by: readonly SortedBy[], values: readonly string[], key: string): string {
  return `${by.map((each, index) => `${partOf(each, values[index] ?? "")}${partEnd}`).join("")}${key}`;
}

/** The record's own key in a sort key; any other key as it is. */
export function recordKeyIn(key: string): string {
  return key.slice(key.lastIndexOf(partEnd) + 1);
}

function partOf({ field, isDescending }: SortedBy, value: string): string {
  const ascending = value === "" ? "" : textOf(field, value);
  return isDescending ? complementOf(ascending) : ascending;
}

function textOf({ type, enumValues }: EntityField, value: string): string {
  if (type === "string") return foldName(withoutPadding(value.slice(0, sortedCharactersMax)));
  if (type === "integer" || type === "int64" || type === "real") return numberText(value);
  // The sign at its end would be greater than the point of a fraction.
  if (type === "datetime") return value.slice(0, -1);
  if (type !== "enum") return value;
  const known = enumValues?.find(({ symbol }) => symbol === value);
  return known ? numberText(String(known.value)) : "";
}

/** Its sign, how many digits it has in front of the point, and the digits; below zero all of it turned round. */
function numberText(number: string): string {
  const isBelowZero = number.startsWith("-");
  const size = isBelowZero ? number.slice(1) : number;
  const point = size.indexOf(".");
  const digits = String(point < 0 ? size.length : point).padStart(3, "0");
  if (!isBelowZero) return `1${digits}${size}`;
  // Of two that begin alike the longer one is the smaller.
  return `0${`${digits}${size}`.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))}~`;
}

const [hexDigits, turned] = ["0123456789abcdef", "fedcba9876543210"];

/** A text whose bytes are in the opposite order: its half bytes turned round, and behind them more than any of them. */
function complementOf(text: string): string {
  const hex = Buffer.from(encodeText(text)).toString("hex");
  return `${hex.replaceAll(/./g, (digit) => turned[hexDigits.indexOf(digit)]!)}~`;
}
