import { foldName } from "../../domain/foldName.ts";
import type { Filter, Property, Scalar, TextFunction, Values, Wanted } from "./model.ts";

/** Whether an entity meets the condition; texts are compared without regard to case, as the original does. */
export function meets(values: Values, filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
      return filter.parts.every((part) => meets(values, part));
    case "or":
      return filter.parts.some((part) => meets(values, part));
    case "not":
      return !meets(values, filter.part);
    case "compare":
      return compares(values[filter.property.name] ?? null, filter);
    case "text":
      return holds(values[filter.property.name] ?? null, filter.how, foldName(filter.text));
  }
}

/** What every entity that meets the filter is equal to; nothing of a text with a wildcard. */
export function wantedBy(filter: Filter | undefined): Wanted {
  const wanted = new Map<string, string>();
  for (const { by, property, value } of comparisonsOf(filter)) {
    if (by !== "eq" || typeof value !== "string" || property.type !== "Edm.String" || value.includes("*")) continue;
    wanted.set(property.name, value);
  }
  return wanted;
}

/** Between which times, in milliseconds, a property is of every entity that meets the filter; the second is left out. */
export function spanBy(filter: Filter | undefined, name: string): { readonly from?: number; readonly to?: number } {
  let [from, to] = [-Infinity, Infinity];
  for (const { by, property, value } of comparisonsOf(filter)) {
    const at = Date.parse(String(value));
    if (property.name !== name || Number.isNaN(at) || by === "ne") continue;
    if (by !== "lt" && by !== "le") from = Math.max(from, at);
    // What is shown is in whole seconds.
    if (by !== "gt" && by !== "ge") to = Math.min(to, at + 1000);
  }
  return { ...(from > -Infinity && { from }), ...(to < Infinity && { to }) };
}

function comparisonsOf(filter: Filter | undefined): readonly Extract<Filter, { kind: "compare" }>[] {
  const parts = filter?.kind === "and" ? filter.parts : filter ? [filter] : [];
  return parts.flatMap((part) => (part.kind === "compare" ? [part] : []));
}

/** Below 0, 0 or above 0; what is null comes first. */
export function compareScalars(one: Scalar, other: Scalar, property: Property): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null);
  const [left, right] = [comparable(one, property), comparable(other, property)];
  return left < right ? -1 : Number(left > right);
}

function compares(value: Scalar, { property, by, value: given }: Extract<Filter, { kind: "compare" }>): boolean {
  if (by === "eq") return isEqual(value, given, property);
  if (by === "ne") return !isEqual(value, given, property);
  if (value === null || given === null) return false;
  const order = compareScalars(value, given, property);
  return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[by];
}

function isEqual(value: Scalar, given: Scalar, property: Property): boolean {
  if (property.type === "Edm.String" && typeof given === "string" && given.includes("*")) {
    return value !== null && fitsPattern(foldName(String(value)), foldName(given).split("*"));
  }
  return compareScalars(value, given, property) === 0;
}

/** The original's own reading of an asterisk in a text that is compared: whatever stands there. */
function fitsPattern(value: string, [first = "", ...rest]: readonly string[]): boolean {
  const last = rest.pop() ?? "";
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}

function holds(value: Scalar, how: TextFunction, folded: string): boolean {
  if (value === null) return false;
  const whole = foldName(String(value));
  if (how === "contains") return whole.includes(folded);
  return how === "startswith" ? whole.startsWith(folded) : whole.endsWith(folded);
}

function comparable(value: string | number, { type }: Property): string | number {
  if (type === "Edm.String") return foldName(String(value));
  if (type === "Edm.DateTimeOffset") return Date.parse(String(value));
  return typeof type === "object" ? type.members.indexOf(String(value)) : value;
}
