import {
  describe,
  hasOpaque,
  isList,
  isObject,
  isOpaque,
  memberAt,
  opaque,
  type Value,
  type ValueObject,
} from "./armValues.ts";

type ArmFunction = (...values: readonly Value[]) => Value | undefined;

/** Functions whose result follows from their arguments alone. Undefined: the arguments are not of the kind they take. */
const pure: Readonly<Record<string, ArmFunction>> = {
  true: () => true,
  false: () => false,
  null: () => null,
  createarray: (...values) => values,
  createobject: (...values) => createObject(values),
  not: (value) => typeof value === "boolean" && !value,
  empty: (value) => sizeOf(value) === 0,
  length: (value) => sizeOf(value),
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  tryget: (value, ...path) => memberAt(value, ...path.map(describe)),
  string: (value) => (typeof value === "object" ? JSON.stringify(value) : String(value)),
  split: (value, mark) => describe(value).split(describe(mark)),
  range: (start, count) => Array.from({ length: toNumber(count) }, (_, i) => toNumber(start) + i),
  add: (left, right) => toNumber(left) + toNumber(right),
  mul: (left, right) => toNumber(left) * toNumber(right),
  div: (left, right) => Math.trunc(toNumber(left) / toNumber(right)),
  mod: (left, right) => toNumber(left) % toNumber(right),
  max: (...values) => Math.max(...(values.length === 1 && isList(values[0]) ? values[0] : values).map(toNumber)),
  min: (...values) => Math.min(...(values.length === 1 && isList(values[0]) ? values[0] : values).map(toNumber)),
  greater: (left, right) => toNumber(left) > toNumber(right),
  less: (left, right) => toNumber(left) < toNumber(right),
  contains: (value, part) => contains(value, part),
};

/** Functions that can say something although some of their arguments are opaque. */
const lenient: Readonly<Record<string, ArmFunction>> = {
  and: (...values) => connect(values, false),
  or: (...values) => connect(values, true),
  equals: (left, right) => equals(left!, right!),
  format: (pattern, ...values) => format(describe(pattern), values),
  concat: (...values) => concat(values),
  union: (...values) => union(values),
  string: (value) => (typeof value === "object" ? opaque(JSON.stringify(plain(value))) : undefined),
  createarray: (...values) => values,
  createobject: (...values) => createObject(values),
  length: (value) => (isList(value) ? value.length : undefined),
  empty: (value) => (isList(value) || isObject(value) ? sizeOf(value) === 0 : undefined),
};

/** The result of a function, opaque where only Azure could tell. */
export function callFunction(name: string, values: readonly Value[]): Value {
  const key = name.toLowerCase();
  const found = values.some(hasOpaque) ? lenient[key]?.(...values) : (pure[key] ?? lenient[key])?.(...values);
  return (
    found ?? (key === "null" || key === "coalesce" ? null : opaque(`<${name}(${values.map(describe).join(", ")})>`))
  );
}

function connect(values: readonly Value[], decisive: boolean): Value | undefined {
  if (values.includes(decisive)) return decisive;
  return values.some(isOpaque) ? undefined : !decisive;
}

function equals(left: Value, right: Value): Value | undefined {
  if (describe(left) === describe(right)) return true;
  return hasOpaque(left) || hasOpaque(right) ? undefined : false;
}

function format(pattern: string, values: readonly Value[]): Value {
  // A brace that is meant stands twice.
  const text = pattern.replaceAll(/\{(\d+)\}|(\{|\})\2/g, (_, place: string | undefined, brace: string) =>
    place === undefined ? brace : describe(values[Number(place)]),
  );
  return values.some(hasOpaque) ? opaque(text) : text;
}

function concat(values: readonly Value[]): Value | undefined {
  if (values.every(isList)) return values.flat();
  if (values.some((value) => isList(value) || isObject(value))) return undefined;
  return format(values.map((_, place) => `{${place}}`).join(""), values);
}

/** Members that an opaque part might add or change are not seen. */
function union(values: readonly Value[]): Value | undefined {
  if (values.every(isList)) return [...new Set(values.flat())];
  const known = values.filter((value) => isObject(value));
  return known.length > 0 ? Object.assign({}, ...known) : undefined;
}

/** The value with its opaque parts as text. */
function plain(value: Value): Value {
  if (isOpaque(value)) return describe(value);
  if (isList(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function createObject(values: readonly Value[]): ValueObject {
  const members: [string, Value][] = [];
  for (let i = 0; i + 1 < values.length; i += 2) members.push([describe(values[i]), values[i + 1]!]);
  return Object.fromEntries(members);
}

function sizeOf(value: Value | undefined): number | undefined {
  if (value === null) return 0;
  if (typeof value === "string" || isList(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function contains(value: Value | undefined, part: Value | undefined): Value | undefined {
  if (isList(value)) return value.some((item) => describe(item) === describe(part));
  if (typeof value === "string") return value.includes(describe(part));
  return isObject(value) ? describe(part) in value : undefined;
}

function toNumber(value: Value | undefined): number {
  return typeof value === "number" ? value : Number.NaN;
}
