import type { Draft } from "../api/definitions.ts";

export type FormatDraft = Draft<"formats">;
export type FormatKind = NonNullable<FormatDraft["kind"]>;
export type FixedWidthDraft = Extract<FormatDraft, { readonly kind: "fixedWidth" }>;
export type XmlDraft = Extract<FormatDraft, { readonly names?: unknown }>;
export type DelimitedDraft = Extract<FormatDraft, { readonly columnDelimiter?: unknown }>;

/** What formats of each kind are called. */
export const kindNames: Readonly<Record<FormatKind, string>> = {
  delimited: "Delimited",
  fixedWidth: "Fixed width",
  xmlElement: "XML-Element",
  xmlAttribute: "XML-Attribute",
  excel: "Excel",
};

const common = { language: undefined, timeZone: undefined };
const text = { codePage: 65_001, rowDelimiter: undefined };
const xml = { names: "upper", emptyValues: "empty" };

/** The members of each kind beside its name, as a new format has them. */
const newMembers: Readonly<Record<FormatKind, Readonly<Record<string, unknown>>>> = {
  delimited: {
    columnDelimiter: "comma",
    textQualifier: '"',
    ...text,
    hasHeader: true,
    skipLines: undefined,
    ignoreTrailingDelimiter: undefined,
    ...common,
  },
  fixedWidth: { ...text, hasHeader: false, padding: undefined, columns: undefined, ...common },
  xmlElement: { ...xml, ...common },
  xmlAttribute: { ...xml, ...common },
  excel: common,
};

/** A format of what was said, without what formats of its kind do not have. */
export function draftOfMembers(members: Readonly<Record<string, unknown>>): FormatDraft {
  const kind = isFormatKind(members["kind"]) ? members["kind"] : "delimited";
  const entries = Object.entries(newMembers[kind])
    .map(([member, initial]) => [member, member in members ? members[member] : initial] as const)
    .filter(([, value]) => value !== undefined);
  const name = typeof members["name"] === "string" ? members["name"] : "";
  const draft = { kind, name, ...Object.fromEntries(entries) };
  return isFormat(draft) ? draft : { kind: "delimited", name };
}

function isFormat(value: object): value is FormatDraft {
  return "kind" in value && isFormatKind(value.kind);
}

export function isFormatKind(value: unknown): value is FormatKind {
  return typeof value === "string" && value in kindNames;
}

/** The draft with that member, or without it. */
export function withMember<T extends object, K extends keyof T>(draft: T, member: K, value: T[K] | undefined): T {
  const changed = { ...draft };
  if (value === undefined) Reflect.deleteProperty(changed, member);
  else changed[member] = value;
  return changed;
}
