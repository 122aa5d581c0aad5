import { foldName } from "../../domain/foldName.ts";
import type { Property, Scalar, Values, Wanted } from "./model.ts";

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";
export type TextFunction = "contains" | "startswith" | "endswith";

/** A condition on the properties of one entity. The values have the form of the property that they are compared with. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "compare"; readonly property: Property; readonly by: Comparison; readonly value: Scalar }
  | { readonly kind: "text"; readonly property: Property; readonly how: TextFunction; readonly text: string };

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
  const parts = filter?.kind === "and" ? filter.parts : filter ? [filter] : [];
  const wanted = new Map<string, string>();
  for (const part of parts) {
    if (part.kind !== "compare" || part.by !== "eq" || typeof part.value !== "string") continue;
    if (part.property.type === "Edm.String" && !part.value.includes("*")) wanted.set(part.property.name, part.value);
  }
  return wanted;
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
