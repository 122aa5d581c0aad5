/**
 * A value as JSON in the columns of a row. Members that this version does not know come back with the rest, so what a
 * newer version wrote survives a change by an older one.
 */
import type { Row, RowValues } from "../ground/ground.ts";

const layoutVersion = 1;
/** A column holds 32,768 characters. */
const partCharactersMax = 32_000;
const partsMax = 16;

/** The value in as many columns as its length needs. */
export function toColumns(value: object): RowValues {
  const parts = splitText(JSON.stringify(value));
  if (parts.length > partsMax) throw new RangeError(`A row holds ${partsMax * partCharactersMax} characters of JSON.`);
  return { v: layoutVersion, ...Object.fromEntries(parts.map((part, index) => [`json${index}`, part])) };
}

/** Throws, naming the table and the keys, when the row does not hold an object with the members that it must have. */
export function fromColumns<T extends object>(table: string, row: Row, members: readonly (keyof T & string)[]): T {
  const where = `Row ${row.partitionKey} / ${row.rowKey} of table ${table}`;
  if (row.values["v"] !== layoutVersion) {
    throw new Error(`${where} has layout ${row.values["v"]}; this version reads layout ${layoutVersion}.`);
  }
  let text = "";
  for (let part = 0; typeof row.values[`json${part}`] === "string"; part++) text += row.values[`json${part}`];
  return parseObject<T>(where, text, members);
}

/** Parses JSON text; throws, naming `where` and never what stands there, when it is no object with these members. */
export function parseObject<T extends object>(where: string, text: string, members: readonly (keyof T & string)[]): T {
  const value = parseJson(where, text);
  if (typeof value !== "object" || value === null) throw new Error(`${where} does not hold a JSON object.`);
  const missing = members.filter((member) => !Object.hasOwn(value, member));
  if (missing.length > 0) throw new Error(`${where} lacks ${missing.join(", ")}.`);
  return value as T;
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be somebody's data.
    throw new Error(`${where} does not hold readable JSON.`);
  }
}

/** Never cuts a surrogate pair, because half a pair is no text that a table keeps. */
function splitText(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + partCharactersMax);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

function isHighSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdbff;
}
