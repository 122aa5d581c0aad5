import JSON5 from "json5";
import { DomainError } from "../domain/errors.ts";

/** A JSON value whose objects are maps, so that no member name, `__proto__` included, means anything to the language. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

const nestingMax = 32;
const membersMax = 10_000;
/** Members and items of lists. */
const valuesMax = 50_000;
/** json5 takes a second for a megabyte. */
const explainedCharacters = 64 * 1024;
const shownCharactersMax = 60;

/**
 * Reads what clients of the original send as JSON: single quotes and unquoted names are fine, a later member replaces
 * an earlier one of the same name. Undefined when it is no JSON even so, or is nested deeper than 32.
 */
export function findLenientJson(body: Uint8Array): JsonValue | undefined {
  const text = decodeText(body);
  return text === undefined ? undefined : parseLenientJson(text);
}

/** The same of what is a text already. */
export function parseLenientJson(text: string): JsonValue | undefined {
  try {
    // json5 warns on the console about these two; within strings, where alone they occur, the escape is the same.
    const parsed: unknown = JSON5.parse(text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"));
    return toJsonValue(parsed);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The member of that name in any case; the exact spelling wins. Undefined when there is none. */
export function findMember(object: JsonObject, name: string): JsonValue | undefined {
  const exact = object.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [spelled, value] of object) if (spelled.toLowerCase() === wanted) return value;
  return undefined;
}

/**
 * Reads a body of our own API: proper JSON in UTF-8 whose root is an object or an array, no member twice, none named
 * `__proto__`, nested 32 deep at most. What it gives is still to be checked against a schema.
 */
export function readStrictJson(body: Uint8Array): unknown {
  const text = decodeText(body);
  if (text === undefined) throw refused("is not UTF-8");
  if (text.trim() === "") throw refused("is empty; send JSON");
  const value = parseStrict(text);
  if (typeof value !== "object" || value === null) {
    throw refused("is no JSON object or array");
  }
  requireFewValues(value);
  requirePlainMembers(text);
  return value;
}

function parseStrict(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw refused(`is no JSON: ${explainSyntax(text)}`);
  }
}

/** The engine's own message may quote the body and leave out the place; json5 always knows the place. */
function explainSyntax(text: string): string {
  try {
    JSON5.parse(text.slice(0, explainedCharacters));
    return "put names and texts in double quotes, and leave out comments and commas too many";
  } catch (error) {
    const isCut = text.length > explainedCharacters;
    if (isCut && error instanceof Error && error.message.includes("invalid end of input")) {
      return `see behind its first ${explainedCharacters} characters`;
    }
    const place = error instanceof SyntaxError && "lineNumber" in error && "columnNumber" in error ? error : undefined;
    return place ? `see line ${String(place.lineNumber)}, column ${String(place.columnNumber)}` : "it cannot be read";
  }
}

/** A byte order mark is dropped; undefined when the bytes are not UTF-8. */
function decodeText(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Many small values take far longer to check against a schema than to read. */
function requireFewValues(root: object): void {
  let values = 0;
  let level: readonly object[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > nestingMax) throw refused(`is nested deeper than ${nestingMax} levels`);
    const inside = level.flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : Object.values(value)));
    values += inside.length;
    if (values > valuesMax) throw refused(`has more than ${valuesMax} values`);
    level = inside.filter((value) => typeof value === "object" && value !== null);
  }
}

/** JSON.parse keeps the last of two equal names, and says nothing; what a person wrote twice is a mistake. */
function requirePlainMembers(text: string): void {
  const open: Set<string>[] = [];
  let members = 0;
  // The text is known to be proper JSON: a string before a colon is a name, and brackets match.
  for (const [token, name] of text.matchAll(/[{}[\]]|("[^"\\]*(?:\\.[^"\\]*)*")(?:\s*:)?/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (name !== undefined && token.endsWith(":")) {
      requireNewName(String(JSON.parse(name)), open.at(-1));
      if (++members > membersMax) throw refused(`has more than ${membersMax} members`);
    }
  }
}

function requireNewName(name: string, names: Set<string> | undefined): void {
  const problem = name === "__proto__" ? "is not allowed" : names?.has(name) ? "is there twice" : undefined;
  const path = name.slice(0, shownCharactersMax);
  if (problem) throw new DomainError("invalid", `The member "${path}" ${problem}.`, [{ path, message: problem }]);
  names?.add(name);
}

function refused(problem: string): DomainError {
  return new DomainError("invalid", `The body ${problem}.`);
}

/** json5 reads any depth without recursion, so the depth is limited here, where recursion begins. */
function toJsonValue(value: unknown, depth = 0): JsonValue {
  if (depth > nestingMax) throw new SyntaxError("nested too deep");
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => toJsonValue(item, depth + 1));
  if (typeof value !== "object" || value === null) return null;
  return new Map(Object.entries(value).map(([name, member]) => [name, toJsonValue(member, depth + 1)]));
}
