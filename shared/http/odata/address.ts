import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { pathSegmentsOf } from "../stray.ts";
import { decodePercent, escapeControls } from "../wireText.ts";
import { type EntitySet, namespace, type Wanted } from "./model.ts";
import { findProperty } from "./properties.ts";

/** What an address below the root of the service names. */
export type Resource =
  | { readonly kind: "service" | "metadata" }
  | { readonly kind: "set" | "count"; readonly set: EntitySet }
  | { readonly kind: "entity"; readonly set: EntitySet; readonly key: Wanted }
  | { readonly kind: "action"; readonly set: EntitySet; readonly name: string };

export interface Address {
  /** As the caller wrote it: `/data`, `/en/data`, `/namespaces/AXSF/data`. */
  readonly root: string;
  readonly resource: Resource;
}

const shownCharactersMax = 80;
const keyPattern = /(?:(\w+)\s*=\s*)?[\w.]*'((?:[^']|'')*)'\s*(,|$)\s*/y;

/** Reads an address whose root has so many segments; throws `notFound` for what is not there. */
export function readAddress(url: string, rootSegments: number, sets: readonly EntitySet[]): Address {
  const segments = pathSegmentsOf(url);
  const root = segments.slice(0, rootSegments).map((segment) => `/${encodeURIComponent(decodePercent(segment))}`);
  const path = decodePercent(segments.slice(rootSegments).join("/")).toWellFormed();
  return { root: root.join(""), resource: readResource(path, sets) };
}

/** Whether it looks like the address of an action; what `readAddress` makes of it decides. */
export function namesAction(url: string): boolean {
  const prefix = `${namespace}.`.toLowerCase();
  return pathSegmentsOf(url).some((segment) => decodePercent(segment).toLowerCase().startsWith(prefix));
}

function readResource(path: string, sets: readonly EntitySet[]): Resource {
  if (path === "") return { kind: "service" };
  if (path.toLowerCase() === "$metadata") return { kind: "metadata" };
  if (/^\$batch\b/i.test(path))
    throw notServed(path, "Requests are not taken by the batch: send each of them by itself.");
  const [, name = "", key, rest = ""] = /^(\w+)(?:\s*\((.*)\))?(?:\/(.*))?$/s.exec(path) ?? [];
  const set = sets.find((each) => isSameName(each.name, name));
  if (!set) throw notServed(path, `The service document names what is: ${sets.map((each) => each.name).join(", ")}.`);
  if (key === undefined) return readOfSet(set, path, rest);
  if (rest === "") return { kind: "entity", set, key: readKey(set, key) };
  throw notServed(path, "An entity is served as a whole: name its properties with $select.");
}

function readOfSet(set: EntitySet, path: string, rest: string): Resource {
  if (rest === "") return { kind: "set", set };
  if (rest.toLowerCase() === "$count") return { kind: "count", set };
  const action = rest.toLowerCase().startsWith(`${namespace.toLowerCase()}.`) ? rest.slice(namespace.length + 1) : "";
  if (/^\w+$/.test(action)) return { kind: "action", set, name: action };
  throw notServed(path, "Below a set there is $count.");
}

/** `'x'` for a key of one property, `DefinitionGroupId='x',EntityName='y'` for any; more than the key may be named. */
function readKey({ type, name }: EntitySet, text: string): Wanted {
  const values = new Map<string, string>();
  keyPattern.lastIndex = text.length - text.trimStart().length;
  let separator = ",";
  while (separator === ",") {
    const [, property, quoted = "", end] = keyPattern.exec(text) ?? [];
    const isAlone = property === undefined && type.key.length === 1 && values.size === 0;
    const known = isAlone ? type.key[0] : property && findProperty(type, property, "key").name;
    if (end === undefined || known === undefined || values.has(known)) throw wrongKey(name, type.key);
    values.set(known, quoted.replaceAll("''", "'"));
    separator = end;
  }
  if (type.key.some((each) => !values.has(each))) throw wrongKey(name, type.key);
  return values;
}

function wrongKey(set: string, key: readonly string[]): DomainError {
  const form = key.length === 1 ? `${set}('…')` : `${set}(${key.map((each) => `${each}='…'`).join(",")})`;
  const message = `An entity of ${set} is named by its key, as ${form}, with each quote in a value written twice.`;
  return new DomainError("invalid", message, [{ path: "key", message }]);
}

function notServed(path: string, hint: string): DomainError {
  const message = `There is no "${escapeControls(path, shownCharactersMax)}" here. ${hint}`;
  return new DomainError("notFound", message);
}
