import { findCulture, unknownCulture } from "./cultures.ts";
import type { MemberError } from "./errors.ts";

export const columnDelimiters = { comma: ",", semicolon: ";", tab: "\t", verticalBar: "|", colon: ":" } as const;
export type ColumnDelimiter = keyof typeof columnDelimiters;

/** A named file format ("source data format"): how the bytes of a file become rows of text cells. */
export interface SourceFormat {
  readonly name: string;
  readonly kind: "delimited";
  readonly columnDelimiter: ColumnDelimiter;
  /** One character that may enclose a cell, or null when cells are never enclosed. */
  readonly textQualifier: string | null;
  /** 65001 is UTF-8, 1200 UTF-16; a byte order mark in the file wins. */
  readonly codePage: number;
  readonly hasHeader: boolean;
  /** A culture such as de-DE, whose numbers, dates and times the files hold; invariant forms without one. */
  readonly language?: string;
  /** By its IANA or Windows name: what datetimes without an offset are local times of; UTC without one. */
  readonly timeZone?: string;
}

/** The formats that are there from the beginning; a stored format of the same name takes their place. */
export const builtInFormats: readonly SourceFormat[] = [
  delimited("CSV", "comma", 65001),
  delimited("CSV-Unicode", "comma", 1200),
  delimited("TAB", "tab", 65001),
  delimited("Semicolon", "semicolon", 65001),
];

function delimited(name: string, columnDelimiter: ColumnDelimiter, codePage: number): SourceFormat {
  return { name, kind: "delimited", columnDelimiter, textQualifier: '"', codePage, hasHeader: true };
}

/** Files of this format are UTF-16 and nothing else: the original says "Selected file is not Unicode" otherwise. */
export function isUnicodeRequired(format: SourceFormat): boolean {
  return format.codePage === 1200;
}

export function fileExtension(format: SourceFormat): string {
  return format.columnDelimiter === "tab" ? "txt" : "csv";
}

/** The name of a column that has none, in a file without a header row; counted from 1. */
export function numberedColumn(number: number): string {
  return `Column${number}`;
}

export function formatProblems(format: SourceFormat): readonly MemberError[] {
  return [...qualifierProblems(format), ...languageProblems(format)];
}

function languageProblems({ language, textQualifier, columnDelimiter }: SourceFormat): readonly MemberError[] {
  if (language === undefined) return [];
  const culture = findCulture(language);
  if (!culture) return [{ path: "language", message: unknownCulture(language) }];
  if (textQualifier !== null || columnDelimiters[columnDelimiter] !== culture.decimalSign) return [];
  const message = `Numbers in ${culture.name} hold the column delimiter, a ${columnDelimiter}: give the format a text qualifier, or another delimiter.`;
  return [{ path: "textQualifier", message }];
}

function qualifierProblems(format: SourceFormat): readonly MemberError[] {
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
