import { isSameName } from "../shared/domain/dataEntity.ts";

/** Members that name other definitions, which the service spells as those spell themselves. */
const naming = new Set(["entity", "format", "project"]);
const namingLists = new Set(["stylesheets"]);

/** A value whose names of other definitions are spelled as in the stored one, where they are the same names. */
export function spelledAs(value: object, stored: object): object {
  const entries = Object.entries(value).map(([member, wanted]: [string, unknown]) => {
    const there: unknown = Object.getOwnPropertyDescriptor(stored, member)?.value;
    return [member, spelled(member, wanted, there)] as const;
  });
  return Object.fromEntries(entries);
}

function spelled(member: string, wanted: unknown, there: unknown): unknown {
  if (naming.has(member)) return sameOr(wanted, there);
  if (!isList(wanted) || !isList(there)) return wanted;
  if (namingLists.has(member)) return wanted.map((name, index) => sameOr(name, there[index]));
  if (member !== "lines" && member !== "filters") return wanted;
  return wanted.map((item) => {
    const like = there.find((other) => isOfSameEntity(item, other));
    return isObject(item) && isObject(like) ? spelledAs(item, like) : item;
  });
}

function isOfSameEntity(one: unknown, other: unknown): boolean {
  const { entity: left }: { readonly entity?: unknown } = Object(one);
  const { entity: right }: { readonly entity?: unknown } = Object(other);
  return typeof left === "string" && typeof right === "string" && isSameName(left, right);
}

function sameOr(wanted: unknown, there: unknown): unknown {
  return typeof wanted === "string" && typeof there === "string" && isSameName(wanted, there) ? there : wanted;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
