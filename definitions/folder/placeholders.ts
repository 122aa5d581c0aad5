import { isDeepStrictEqual } from "node:util";
import type { Values } from "./values.ts";

/** `${name}` stands for a value, `$${name}` for itself; any other dollar is one. */
const placeholder = /\$(?<escape>\$)?\{(?<name>[A-Za-z_][\w.-]*)\}/gu;
const wholePlaceholder = /^\$\{(?<name>[A-Za-z_][\w.-]*)\}$/u;

/** As JSON schema has it. */
export const placeholderPattern = "\\$\\{[A-Za-z_][\\w.-]*\\}";

/** More than any definition has: a value may not be unfolded without end. */
const charactersMax = 8 * 1024 * 1024;

type Tell = (message: string, member: string) => void;

/** What a file means in an environment. Each placeholder without a value is told, with its member. */
export function fillPlaceholders(json: unknown, values: Values, tell: Tell): unknown {
  let room = charactersMax;
  const find = (name: string, member: string): unknown => {
    const value = values.get(name);
    if (value === undefined) tell(toMissing(name, values), member);
    else if (room >= 0 && (room -= JSON.stringify(value).length) < 0) tell("Its values make it too large.", member);
    return room < 0 ? undefined : value;
  };
  const fillText = (text: string, member: string): unknown => {
    const whole = wholePlaceholder.exec(text)?.groups?.["name"];
    // Alone it may stand for a number, a list or whatever the member takes.
    if (whole !== undefined) return find(whole, member) ?? text;
    return text.replace(placeholder, (given: string, escape: string | undefined, name: string) => {
      if (escape !== undefined) return given.slice(1);
      const value = find(name, member);
      if (value === undefined || typeof value === "string") return value ?? given;
      if (typeof value === "object") tell(`\${${name}} is no text, number or boolean, and is within a text.`, member);
      return JSON.stringify(value);
    });
  };
  return mapTexts(json, "", fillText);
}

function toMissing(name: string, values: Values): string {
  const from =
    values.size === 0 ? "give a file of values that has it (--values)" : "the file of values does not have it";
  return `There is no value for \${${name}}: ${from}; where these characters are meant, write $\${${name}}.`;
}

/** As a file writes a value that has the characters of a placeholder in it. */
export function escapePlaceholders(json: unknown): unknown {
  return mapTexts(json, "", (text) => text.replace(placeholder, "$$$&"));
}

function mapTexts(json: unknown, member: string, map: (text: string, member: string) => unknown): unknown {
  if (typeof json === "string") return map(json, member);
  if (Array.isArray(json)) return json.map((item: unknown, index) => mapTexts(item, `${member}[${index}]`, map));
  if (typeof json !== "object" || json === null) return json;
  const inner = (name: string): string => (member === "" ? name : `${member}.${name}`);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]: [string, unknown]) => [name, mapTexts(value, inner(name), map)]),
  );
}

/** What a file said, and what that meant. */
export interface Template {
  readonly written: unknown;
  readonly filled: unknown;
}

/**
 * What a file is to say now, with the placeholders that stand for just that kept in their members. Those that do not
 * are told: the value takes their place.
 */
export function keepPlaceholders(now: unknown, { written, filled }: Template, tell: (member: string) => void): unknown {
  const keep = (value: unknown, was: unknown, meant: unknown, member: string): unknown => {
    if (isDeepStrictEqual(was, meant)) return escapePlaceholders(value);
    if (typeof was === "string") {
      if (isDeepStrictEqual(value, meant)) return was;
      tell(member);
      return escapePlaceholders(value);
    }
    if (Array.isArray(was) && Array.isArray(meant) && Array.isArray(value)) {
      tellBeyond(was.slice(value.length), member);
      return value.map((item: unknown, index) => keep(item, was[index], meant[index], `${member}[${index}]`));
    }
    if (!isObject(was) || !isObject(meant) || !isObject(value)) {
      tellBeyond([was], member);
      return escapePlaceholders(value);
    }
    const inner = (name: string): string => (member === "" ? name : `${member}.${name}`);
    for (const [name, gone] of Object.entries(was)) if (!(name in value)) tellBeyond([gone], inner(name));
    const kept = Object.entries(value).map(([name, each]) => [name, keep(each, was[name], meant[name], inner(name))]);
    return Object.fromEntries(kept);
  };
  const tellBeyond = (gone: readonly unknown[], member: string): void => {
    if (!isDeepStrictEqual(gone, escapePlaceholders(gone))) tell(member);
  };
  return keep(now, written, filled, "");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
