import { foldName } from "./foldName.ts";
import { lineHunks } from "./lineHunks.ts";

/** One difference between two versions of a definition. */
export interface DefinitionChange {
  readonly kind: "added" | "removed" | "changed" | "reordered";
  /** Where, as a JSON pointer into the newer version; into the older one for what was removed. */
  readonly pointer: string;
  /** The same in words: `fields "NAME" › lengthMax`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** A text was too long to be shown whole. */
  readonly isCut?: true;
}

export interface DefinitionChanges {
  readonly changes: readonly DefinitionChange[];
  /** There are more than are told. */
  readonly hasMore: boolean;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json | undefined };
type Members = Readonly<Record<string, Json | undefined>>;

interface Place {
  readonly pointer: string;
  readonly path: string;
}

interface Named {
  readonly name: string;
  readonly index: number;
  readonly item: Members;
}

const changesMax = 500;
const charactersMax = 1_000;
/** What tells the items of a list apart, whatever their place: the first of them that all items have, and no two share. */
const nameMembers = ["name", "entity", "field", "symbol", "source", "applicationId"];

/** What became of the older version, member by member; items of lists are followed by their names. */
export function definitionChanges(before: object, after: object): DefinitionChanges {
  const changes: DefinitionChange[] = [];
  compare(toJson(before), toJson(after), { pointer: "", path: "" }, (change) => {
    if (changes.length <= changesMax) changes.push(change);
  });
  return { changes: changes.slice(0, changesMax), hasMore: changes.length > changesMax };
}

type Tell = (change: DefinitionChange) => void;

function compare(before: Json | undefined, after: Json | undefined, place: Place, tell: Tell): void {
  if (isSame(before, after)) return;
  if (isMembers(before) && isMembers(after)) return compareMembers(before, after, place, tell);
  if (isList(before) && isList(after)) return compareLists(before, after, place, tell);
  if (typeof before === "string" && typeof after === "string" && hasLines(before, after)) {
    return compareLines(before, after, place, tell);
  }
  tell(changeOf(place, before, after));
}

function compareMembers(before: Members, after: Members, place: Place, tell: Tell): void {
  for (const member of new Set([...Object.keys(after), ...Object.keys(before)])) {
    compare(before[member], after[member], inMember(place, member), tell);
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], place: Place, tell: Tell): void {
  if (![...before, ...after].every(isMembers)) return tell(changeOf(place, before, after));
  const member = nameMembers.find((each) => isName(before, each) && isName(after, each));
  if (member === undefined) return compareByIndex(before, after, place, tell);
  const [older, newer] = [named(before, member), named(after, member)];
  for (const [key, { name, index, item }] of newer) {
    compare(older.get(key)?.item, item, inItem(place, index, name), tell);
  }
  for (const [key, { name, index, item }] of older) {
    if (!newer.has(key)) compare(item, undefined, inItem(place, index, name), tell);
  }
  const [was, is] = [common(older, newer), common(newer, older)];
  if (isSame(was, is)) return;
  const [left, right] = [namesOf(older, was), namesOf(newer, is)];
  tell({ ...changeOf(place, left, right), kind: "reordered" });
}

function compareByIndex(before: readonly Json[], after: readonly Json[], place: Place, tell: Tell): void {
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    compare(before[index], after[index], inItem(place, index), tell);
  }
}

/** Each run of lines that is another one now, by the lines of the newer text. */
function compareLines(before: string, after: string, { pointer, path }: Place, tell: Tell): void {
  for (const { from, count, before: older, after: newer } of lineHunks(before, after)) {
    const lines = count > 1 ? `lines ${from} to ${from + count - 1}` : `line ${from}`;
    const [left, right] = [
      older.length > 0 ? older.join("\n") : undefined,
      newer.length > 0 ? newer.join("\n") : undefined,
    ];
    tell(changeOf({ pointer, path: `${path} › ${lines}` }, left, right));
  }
}

function changeOf({ pointer, path }: Place, before: Json | undefined, after: Json | undefined): DefinitionChange {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const [left, right] = [before, after].map((value) => (value === undefined ? undefined : toText(value)));
  const isCut = [left, right].some((text) => text !== undefined && text.length > charactersMax);
  return {
    kind,
    pointer,
    path,
    ...(left !== undefined && { before: cut(left) }),
    ...(right !== undefined && { after: cut(right) }),
    ...(isCut && { isCut }),
  };
}

function inMember({ pointer, path }: Place, member: string): Place {
  return { pointer: `${pointer}/${escaped(member)}`, path: path === "" ? member : `${path} › ${member}` };
}

function inItem({ pointer, path }: Place, index: number, name?: string): Place {
  return { pointer: `${pointer}/${index}`, path: `${path} ${name === undefined ? index + 1 : JSON.stringify(name)}` };
}

function escaped(member: string): string {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isName(items: readonly Json[], member: string): boolean {
  const names = items.map((item) => (isMembers(item) ? item[member] : undefined));
  return (
    names.every((name) => typeof name === "string") &&
    new Set(names.map((name) => foldName(name))).size === names.length
  );
}

function named(items: readonly Json[], member: string): ReadonlyMap<string, Named> {
  return new Map(
    items.filter(isMembers).map((item, index) => {
      const name = toText(item[member] ?? null);
      return [foldName(name), { name, index, item }];
    }),
  );
}

/** Those that both have, in the order of the first. */
function common(items: ReadonlyMap<string, Named>, others: ReadonlyMap<string, Named>): readonly string[] {
  return [...items.keys()].filter((key) => others.has(key));
}

function namesOf(items: ReadonlyMap<string, Named>, keys: readonly string[]): string {
  return keys.map((key) => items.get(key)?.name).join(", ");
}

function hasLines(before: string, after: string): boolean {
  return before.includes("\n") || after.includes("\n");
}

function isSame(before: Json | undefined, after: Json | undefined): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

function isMembers(value: Json | undefined): value is Members {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function toText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A character of two units stays whole. */
function cut(text: string): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax - 1).replace(/[\ud800-\udbff]$/u, "")}…`;
}

/** Definitions are stored as JSON, so that is what they are compared as. */
function toJson(value: object): Json {
  const json: Json = JSON.parse(JSON.stringify(value));
  return json;
}
