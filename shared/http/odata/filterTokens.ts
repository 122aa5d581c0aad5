import { DomainError } from "../../domain/errors.ts";
import { escapeControls } from "../wireText.ts";

export interface Token {
  readonly kind: "word" | "text" | "number" | "moment" | "enum" | "mark";
  /** Of a text, and of the member of an enum, without its quotes. */
  readonly text: string;
  /** The type of an enum's member. */
  readonly type?: string;
  /** Where it begins, from 1. */
  readonly at: number;
}

const shownCharactersMax = 40;
const pattern =
  /\s*(?:(?<enumType>[A-Za-z_][\w.]*)?'(?<text>(?:[^']|'')*)'|(?<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+ -]\d\d:\d\d))?)(?![\w-])|(?<number>-?\d+)(?![\w.-])|(?<word>[A-Za-z_][\w.]*)|(?<mark>[(),]))/y;

/** The words, values and marks of a $filter. Throws `invalid` at the first character that begins none of them. */
export function readTokens(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = filter.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const match = pattern.exec(filter);
    if (!match?.groups) throw filterProblem(`it cannot be read from "${shown(filter.slice(from))}" on`, from + 1);
    const at = pattern.lastIndex - match[0].trimStart().length + 1;
    tokens.push(toToken(match.groups, at));
  }
  return tokens;
}

export function filterProblem(problem: string, at?: number): DomainError {
  const where = at === undefined ? "" : ` (character ${at})`;
  const message = `$filter: ${problem}${where}.`;
  return new DomainError("invalid", message, [{ path: "$filter", message: `${problem}${where}` }]);
}

/** A piece of what was sent, as an answer may show it. */
export function shown(text: string): string {
  return escapeControls(text.trim(), shownCharactersMax);
}

function toToken(
  { enumType, text, moment, number, word, mark }: Record<string, string | undefined>,
  at: number,
): Token {
  if (text !== undefined) {
    const plain = text.replaceAll("''", "'");
    return enumType === undefined
      ? { kind: "text", text: plain, at }
      : { kind: "enum", text: plain, type: enumType, at };
  }
  // The plus of an offset that nobody escaped is a blank.
  if (moment !== undefined) return { kind: "moment", text: moment.replace(" ", "+"), at };
  if (number !== undefined) return { kind: "number", text: number, at };
  return word === undefined ? { kind: "mark", text: mark ?? "", at } : { kind: "word", text: word, at };
}
