import { findCulture } from "../cultures.ts";
import type { MemberError } from "../errors.ts";
import type { FormatFacts } from "./formatFacts.ts";
import { signProblems, type TextFacts } from "./textFile.ts";

/** Delimiters that go by a name. */
export const columnDelimiters = { comma: ",", semicolon: ";", tab: "\t", verticalBar: "|", colon: ":" } as const;

/** Rows of cells with a delimiter between them. */
export interface DelimitedFormat extends FormatFacts, TextFacts {
  readonly kind: "delimited";
  /** A name of `columnDelimiters`, or one character. */
  readonly columnDelimiter: string;
  /** One character that may enclose a cell, or null when cells are never enclosed. */
  readonly textQualifier: string | null;
  /** Lines at the top that are no rows: titles, and whatever else stands before the header. */
  readonly skipLines?: number;
  /** Whether rows may end in one delimiter more than they have columns. */
  readonly ignoreTrailingDelimiter?: boolean;
  /**
   * Whether a cell with nothing in it, not even qualifiers, is one that its row does not have: in the rejected rows of a
   * format whose rows need not have each. An empty text is written in qualifiers then. No format is saved with it.
   */
  readonly hasAbsentCells?: true;
}

export const delimitedFormats = [
  delimited("CSV", "comma", 65001),
  delimited("CSV-Unicode", "comma", 1200),
  delimited("TAB", "tab", 65001),
  delimited("Semicolon", "semicolon", 65001),
] as const;

function delimited(name: string, columnDelimiter: string, codePage: number): DelimitedFormat {
  return { name, kind: "delimited", columnDelimiter, textQualifier: '"', codePage, hasHeader: true };
}

const delimitersByName = new Map<string, string>(Object.entries(columnDelimiters));

/** The character itself. */
export function delimiterOf({ columnDelimiter }: Pick<DelimitedFormat, "columnDelimiter">): string {
  return delimitersByName.get(columnDelimiter) ?? columnDelimiter;
}

/** The name of a column that has none, in a file without a header row; counted from 1. */
export function numberedColumn(number: number): string {
  return `Column${number}`;
}

export function delimitedProblems(format: DelimitedFormat): readonly MemberError[] {
  return [...delimiterProblems(format), ...qualifierProblems(format), ...decimalSignProblems(format)];
}

function delimiterProblems({ columnDelimiter, textQualifier }: DelimitedFormat): readonly MemberError[] {
  const path = "columnDelimiter";
  const delimiter = delimiterOf({ columnDelimiter });
  const [problem] = signProblems(path, delimiter);
  const names = Object.keys(columnDelimiters).join(", ");
  if (problem) return [{ path, message: `${problem.message} These have names: ${names}.` }];
  if (textQualifier !== null || !/[\p{L}\p{N}_ ]/u.test(delimiter)) return [];
  const message = "Words hold the column delimiter: give the format a text qualifier, or another delimiter.";
  return [{ path: "textQualifier", message }];
}

function decimalSignProblems({ language, textQualifier, columnDelimiter }: DelimitedFormat): readonly MemberError[] {
  const culture = language === undefined ? undefined : findCulture(language);
  if (!culture || textQualifier !== null || delimiterOf({ columnDelimiter }) !== culture.decimalSign) return [];
  const message = `Numbers in ${culture.name} hold the column delimiter, a ${columnDelimiter}: give the format a text qualifier, or another delimiter.`;
  return [{ path: "textQualifier", message }];
}

function qualifierProblems(format: DelimitedFormat): readonly MemberError[] {
  const path = "textQualifier";
  const qualifier = format.textQualifier;
  if (qualifier === null) return [];
  if (qualifier === delimiterOf(format)) {
    return [{ path, message: "The text qualifier must differ from the column delimiter." }];
  }
  return signProblems(path, qualifier).map(({ message }) => ({ path, message: `${message} null means none.` }));
}
