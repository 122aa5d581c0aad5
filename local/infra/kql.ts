// Reads as much of the Kusto query language as the alerts and the workbook use: a table, then where, summarize and project.
import { kqlFunctions, kqlTables } from "./kqlTables.ts";
import { type Token, tokenizeKql } from "./kqlTokens.ts";

/** What a query asks. */
export interface KqlQuery {
  readonly table: string;
  /** Columns of its result. */
  readonly columns: readonly string[];
  /** Texts that a column, or what is made of one, is compared with, by that column as it is written. */
  readonly compared: readonly (readonly [what: string, text: string])[];
  /** Names of properties that it takes from Properties. */
  readonly properties: readonly string[];
}

interface Reading {
  readonly tokens: readonly Token[];
  at: number;
  columns: Set<string>;
  readonly compared: [string, string][];
  readonly properties: string[];
}

/** What an expression is made of: as it is written, and whether it sums up rows. */
interface Part {
  readonly text: string;
  readonly isText: boolean;
  readonly isAggregate: boolean;
}

const comparisons = new Set(["==", "!=", "<", ">", "<=", ">="]);
const words = new Set(["startswith", "endswith", "contains", "has"]);

/** Throws SyntaxError when the query is none, or names a table, a column or a function that there is not. */
export function readKql(query: string): KqlQuery {
  const tokens = tokenizeKql(query);
  const table = tokens[0]?.text ?? "";
  const columns = kqlTables[table];
  if (columns === undefined) throw new SyntaxError(`there is no table ${table}`);
  const reading: Reading = { tokens, at: 1, columns: new Set(columns), compared: [], properties: [] };
  while (reading.at < tokens.length) {
    take(reading, "|");
    readOperator(reading);
  }
  return { table, columns: [...reading.columns], compared: reading.compared, properties: reading.properties };
}

function readOperator(reading: Reading): void {
  const name = next(reading).text;
  if (name === "where") {
    if (readOr(reading).isAggregate) throw new SyntaxError("where cannot sum up rows");
  } else if (name === "project") reading.columns = new Set(readNamed(reading, false));
  else if (name === "summarize") {
    const sums = isNext(reading, "by") ? [] : readNamed(reading, true);
    const groups = isNext(reading, "by") ? (next(reading), readNamed(reading, false)) : [];
    reading.columns = new Set([...groups, ...sums]);
  } else throw new SyntaxError(`there is no operator ${name}`);
}

/** Columns that are made, with the names that they are given or that Kusto gives. */
function readNamed(reading: Reading, isAggregate: boolean): string[] {
  const found: string[] = [];
  do {
    const given = reading.tokens[reading.at + 1]?.text === "=" ? next(reading).text : undefined;
    if (given !== undefined) take(reading, "=");
    const part = readOr(reading);
    if (part.isAggregate !== isAggregate) throw new SyntaxError(`${part.text} is out of place`);
    found.push(given ?? nameOf(part.text));
  } while (isNext(reading, ",") && next(reading));
  return found;
}

/** sum(X) becomes sum_X, percentile(X, 95) percentile_X_95, and bin(X, 1h) stays X. */
function nameOf(text: string): string {
  const [, name, inner] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  if (name === undefined) return text;
  return name === "bin" ? inner!.split(", ")[0]! : [name, ...inner!.split(", ").filter(Boolean)].join("_");
}

function readOr(reading: Reading): Part {
  return readChain(reading, readAnd, new Set(["or"]));
}

function readAnd(reading: Reading): Part {
  return readChain(reading, readComparison, new Set(["and"]));
}

function readSum(reading: Reading): Part {
  return readChain(reading, readProduct, new Set(["+", "-"]));
}

function readProduct(reading: Reading): Part {
  return readChain(reading, readValue, new Set(["*", "/"]));
}

function readChain(reading: Reading, readPart: (reading: Reading) => Part, signs: ReadonlySet<string>): Part {
  let part = readPart(reading);
  while (signs.has(reading.tokens[reading.at]?.text ?? "") && reading.tokens[reading.at]?.kind !== "text") {
    const sign = next(reading).text;
    const other = readPart(reading);
    part = join(part, sign, other);
  }
  return part;
}

function join(left: Part, sign: string, right: Part): Part {
  return {
    text: `${left.text} ${sign} ${right.text}`,
    isText: false,
    isAggregate: left.isAggregate || right.isAggregate,
  };
}

function readComparison(reading: Reading): Part {
  const left = readSum(reading);
  const sign = reading.tokens[reading.at]?.text ?? "";
  if (sign === "in") {
    next(reading);
    take(reading, "(");
    const listed = readList(reading);
    for (const { text, isText } of listed) if (isText) reading.compared.push([left.text, text]);
    return { ...left, isText: false };
  }
  if (!comparisons.has(sign) && !words.has(sign)) return left;
  next(reading);
  const right = readSum(reading);
  if (right.isText) reading.compared.push([left.text, right.text]);
  return join(left, sign, right);
}

function readList(reading: Reading): Part[] {
  const found: Part[] = [];
  while (!isNext(reading, ")")) {
    if (found.length > 0) take(reading, ",");
    found.push(readOr(reading));
  }
  take(reading, ")");
  return found;
}

function readValue(reading: Reading): Part {
  const token = next(reading);
  if (token.text === "(" && token.kind === "sign") {
    const inner = readOr(reading);
    take(reading, ")");
    return inner;
  }
  if (token.kind === "text") return { text: token.text, isText: true, isAggregate: false };
  if (token.kind === "number") return { text: token.text, isText: false, isAggregate: false };
  if (token.kind === "sign") throw new SyntaxError(`"${token.text}" is out of place`);
  if (isNext(reading, "(")) return readCall(reading, token.text);
  if (!reading.columns.has(token.text)) throw new SyntaxError(`there is no column ${token.text}`);
  return isNext(reading, "[")
    ? readProperty(reading, token.text)
    : { text: token.text, isText: false, isAggregate: false };
}

function readCall(reading: Reading, name: string): Part {
  const known = kqlFunctions[name];
  if (known === undefined) throw new SyntaxError(`there is no function ${name}`);
  take(reading, "(");
  const given = readList(reading);
  const [least, most, isAggregate] = known;
  if (given.length < least || given.length > most) throw new SyntaxError(`${name} takes other arguments`);
  if (isAggregate && given.some((part) => part.isAggregate)) throw new SyntaxError(`${name} cannot sum up sums`);
  const text = `${name}(${given.map((part) => part.text).join(", ")})`;
  return { text, isText: false, isAggregate: isAggregate || given.some((part) => part.isAggregate) };
}

function readProperty(reading: Reading, column: string): Part {
  take(reading, "[");
  const name = next(reading);
  if (name.kind !== "text") throw new SyntaxError(`${column} is asked for no name`);
  take(reading, "]");
  reading.properties.push(name.text);
  return { text: `${column}[${name.text}]`, isText: false, isAggregate: false };
}

function isNext(reading: Reading, text: string): boolean {
  const token = reading.tokens[reading.at];
  return token?.text === text && token.kind !== "text";
}

function next(reading: Reading): Token {
  const token = reading.tokens[reading.at];
  if (token === undefined) throw new SyntaxError("the query ends too soon");
  reading.at += 1;
  return token;
}

function take(reading: Reading, text: string): void {
  if (!isNext(reading, text))
    throw new SyntaxError(`"${text}" is missing before "${reading.tokens[reading.at]?.text ?? ""}"`);
  reading.at += 1;
}
