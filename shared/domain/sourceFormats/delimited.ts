import { findCulture } from "../cultures.ts";
import type { MemberError } from "../errors.ts";
import type { FormatFacts } from "./formatFacts.ts";

export const columnDelimiters = { comma: ",", semicolon: ";", tab: "\t", verticalBar: "|", colon: ":" } as const;
export type ColumnDelimiter = keyof typeof columnDelimiters;

/** Rows of cells with a delimiter between them. */
export interface DelimitedFormat extends FormatFacts {
  readonly kind: "delimited";
  readonly columnDelimiter: ColumnDelimiter;
  /** One character that may enclose a cell, or null when cells are never enclosed. */
  readonly textQualifier: string | null;
  /** 65001 is UTF-8, 1200 UTF-16; a byte order mark in the file wins. */
  readonly codePage: number;
  readonly hasHeader: boolean;
}

export const delimitedFormats = [
  delimited("CSV", "comma", 65001),
  delimited("CSV-Unicode", "comma", 1200),
  delimited("TAB", "tab", 65001),
  delimited("Semicolon", "semicolon", 65001),
] as const;

function delimited(name: string, columnDelimiter: ColumnDelimiter, codePage: number): DelimitedFormat {
  return { name, kind: "delimited", columnDelimiter, textQualifier: '"', codePage, hasHeader: true };
}

/** Files of this format are UTF-16 and nothing else: the original says "Selected file is not Unicode" otherwise. */
export function isUnicodeRequired(format: DelimitedFormat): boolean {
  return format.codePage === 1200;
}

/** The name of a column that has none, in a file without a header row; counted from 1. */
export function numberedColumn(number: number): string {
  return `Column${number}`;
}

export function delimitedProblems(format: DelimitedFormat): readonly MemberError[] {
  return [...qualifierProblems(format), ...decimalSignProblems(format)];
}

function decimalSignProblems({ language, textQualifier, columnDelimiter }: DelimitedFormat): readonly MemberError[] {
  const culture = language === undefined ? undefined : findCulture(language);
  if (!culture || textQualifier !== null || columnDelimiters[columnDelimiter] !== culture.decimalSign) return [];
  const message = `Numbers in ${culture.name} hold the column delimiter, a ${columnDelimiter}: give the format a text qualifier, or another delimiter.`;
  return [{ path: "textQualifier", message }];
}

function qualifierProblems(format: DelimitedFormat): readonly MemberError[] {
  const qualifier = format.textQualifier;
  if (qualifier === null) return [];
  if (qualifier.length !== 1) {
    return [{ path: "textQualifier", message: "The text qualifier is one character, or null for none." }];
  }
  if (qualifier === columnDelimiters[format.columnDelimiter] || /[\r\n\0]/.test(qualifier)) {
    return [
      {
        path: "textQualifier",
        message: "The text qualifier must differ from the delimiters of columns and rows, and from U+0000.",
      },
    ];
  }
  return [];
}
