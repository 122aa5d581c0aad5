import { shownValue } from "../shownValue.ts";

/** What a text of criteria breaks, and at which character of it, counted from 1. */
export class CriteriaError extends Error {
  override readonly name = "CriteriaError";

  constructor(at: number, expected: string) {
    super(`At character ${at + 1}: ${expected}`);
  }
}

/** Any text, or any one character, in a value with wildcards. */
export type Piece = string | { readonly any: "text" | "character" };

/** A value as it was written. */
export interface Word {
  readonly at: number;
  readonly pieces: readonly Piece[];
  /** A quoted one is never a sign of its own, such as T. */
  readonly isQuoted: boolean;
}

export interface Method {
  readonly at: number;
  readonly name: string;
  readonly args: readonly number[];
}

/** One criterion of those that commas part. */
export interface Criterion {
  readonly at: number;
  /** It began with an exclamation mark. */
  readonly isExcluding: boolean;
  readonly what:
    | { readonly kind: "blank" }
    | { readonly kind: "value"; readonly word: Word }
    | { readonly kind: "range"; readonly from: Word | undefined; readonly to: Word | undefined }
    | { readonly kind: "greater" | "less"; readonly word: Word }
    | { readonly kind: "method"; readonly method: Method };
}

/** Where reading stands in a text of criteria. */
interface Reading {
  readonly text: string;
  at: number;
}

const queryForm = "not supported: use one criterion per field";

/** Takes a text of criteria apart; throws `CriteriaError` where it is none. What its values mean, their field's type says. */
export function parseCriteria(text: string): readonly Criterion[] {
  const reading = { text, at: 0 };
  const criteria: Criterion[] = [];
  for (;;) {
    criteria.push(readCriterion(reading));
    passBlanks(reading);
    if (reading.at === text.length) return criteria;
    if (text[reading.at] !== ",") throw new CriteriaError(reading.at, "expects a comma, or the end.");
    reading.at += 1;
  }
}

function readCriterion(reading: Reading): Criterion {
  passBlanks(reading);
  const at = reading.at;
  const isExcluding = reading.text[at] === "!";
  if (isExcluding) reading.at += 1;
  passBlanks(reading);
  return { at, isExcluding, what: readWhat(reading) };
}

function readWhat(reading: Reading): Criterion["what"] {
  const sign = reading.text[reading.at];
  if (sign === "(") return { kind: "method", method: readMethod(reading) };
  if (sign === ">" || sign === "<") return readComparison(reading, sign);
  if (sign === "!") throw new CriteriaError(reading.at, "expects a value behind the first exclamation mark.");
  const { at } = reading;
  const from = readWord(reading);
  if (!isAtDots(reading)) return from ? wordOrBlank(from) : refuseNothing(at);
  reading.at += 2;
  const to = readWord(reading);
  if (!from && !to) throw new CriteriaError(at, "expects a value in front of the two points, behind them, or both.");
  if (isAtDots(reading)) throw new CriteriaError(reading.at, "expects a comma, or the end: a range has two ends.");
  return { kind: "range", from, to };
}

function wordOrBlank(word: Word): Criterion["what"] {
  return word.pieces.length === 0 ? { kind: "blank" } : { kind: "value", word };
}

function refuseNothing(at: number): never {
  throw new CriteriaError(at, 'expects a value; a blank one is written "".');
}

function readComparison(reading: Reading, sign: ">" | "<"): Criterion["what"] {
  const { at, text } = reading;
  const next = text[at + 1];
  if (next === "=") {
    const range = sign === ">" ? "at least 5 is written 5.." : "at most 5 is written ..5";
    throw new CriteriaError(at + 1, `expects a value: ${range}`);
  }
  if (next === ">" || next === "<") throw new CriteriaError(at + 1, "expects a value: not equal is written !5");
  reading.at += 1;
  passBlanks(reading);
  const wordAt = reading.at;
  const word = readWord(reading) ?? refuseNothing(wordAt);
  if (isAtDots(reading)) throw new CriteriaError(reading.at, "expects a comma, or the end: > and < take one value.");
  return { kind: sign === ">" ? "greater" : "less", word };
}

const methodForm = /\(\s*([A-Za-z]\w*)\s*\(([^()"]*)\)\s*\)/y;

/** Only the methods of dates stand in brackets; what else does is a query. */
function readMethod(reading: Reading): Method {
  const { at, text } = reading;
  methodForm.lastIndex = at;
  const found = methodForm.exec(text);
  if (!found || !/^\s*(?:,|$)/.test(text.slice(methodForm.lastIndex, methodForm.lastIndex + 100))) {
    throw new CriteriaError(at, queryForm);
  }
  const [whole, name = "", args = ""] = found;
  reading.at += whole.length;
  return { at, name, args: args.trim() === "" ? [] : args.split(",").map((arg) => readNumber(arg, at)) };
}

function readNumber(text: string, at: number): number {
  if (/^[+-]?\d{1,5}$/.test(text.trim())) return Number(text.trim());
  throw new CriteriaError(at, `expects whole numbers of at most five digits in the brackets, not ${shownValue(text)}.`);
}

/** A value up to a comma, two points or the end; undefined where none begins. */
function readWord(reading: Reading): Word | undefined {
  passBlanks(reading);
  const { text, at } = reading;
  const pieces: Piece[] = [];
  let plain = "";
  let kept = 0;
  let isQuoted = false;
  const endPlain = (): void => {
    if (plain !== "") pieces.push(plain);
    plain = "";
    kept = 0;
  };
  while (reading.at < text.length && text[reading.at] !== "," && !isAtDots(reading)) {
    const sign = text[reading.at]!;
    if (sign === '"') {
      plain += readQuoted(reading);
      kept = plain.length;
      isQuoted = true;
      continue;
    }
    reading.at += 1;
    if (sign === "*" || sign === "?") {
      endPlain();
      pieces.push({ any: sign === "*" ? "text" : "character" });
    } else plain += sign;
  }
  plain = plain.slice(0, kept) + plain.slice(kept).trimEnd();
  endPlain();
  return pieces.length > 0 || isQuoted ? { at, pieces, isQuoted } : undefined;
}

function readQuoted(reading: Reading): string {
  const { text, at } = reading;
  let quoted = "";
  for (let from = at + 1; ;) {
    const end = text.indexOf('"', from);
    if (end < 0) throw new CriteriaError(at, "expects a second quote that ends the value; a quote inside is doubled.");
    quoted += text.slice(from, end);
    reading.at = end + 1;
    if (text[end + 1] !== '"') return quoted;
    quoted += '"';
    from = end + 2;
  }
}

function isAtDots({ text, at }: Reading): boolean {
  return text[at] === "." && text[at + 1] === ".";
}

function passBlanks(reading: Reading): void {
  while (reading.text[reading.at] === " ") reading.at += 1;
}
