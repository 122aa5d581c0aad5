/** A value that only Azure knows, such as what a deployed resource answers. Two of the same text are the same. */
export interface Opaque {
  readonly [opaqueText]: string;
}

const opaqueText: unique symbol = Symbol("opaque");

export type Value = string | number | boolean | null | Opaque | readonly Value[] | { readonly [key: string]: Value };

export type ValueObject = { readonly [key: string]: Value };

export function opaque(text: string): Opaque {
  return { [opaqueText]: text };
}

export function isOpaque(value: Value | undefined): value is Opaque {
  return typeof value === "object" && value !== null && opaqueText in value;
}

export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOpaque(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value as text: opaque parts in angle brackets, so that they are never taken for text of the template. */
export function describe(value: Value | undefined): string {
  if (isOpaque(value)) return value[opaqueText];
  if (typeof value === "string") return value;
  if (isList(value)) return `[${value.map(describe).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${describe(member)}`)
    .join(", ")}}`;
}

/** What a path of members leads to; undefined where it breaks off. */
export function memberAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

/** True when an opaque value is anywhere inside. */
export function hasOpaque(value: Value): boolean {
  if (isOpaque(value)) return true;
  if (isList(value)) return value.some(hasOpaque);
  return isObject(value) && Object.values(value).some(hasOpaque);
}
