import { FormatError } from "./recordFormat.ts";

/** How a delimited text file is laid out. */
export interface DelimitedFormat {
  readonly kind: "delimited";
  /** One character: comma, semicolon, tab, vertical bar, colon. */
  readonly columnDelimiter: string;
  /** One character, or null when cells are never quoted. */
  readonly textQualifier: string | null;
  /** What ends a row: LF or CRLF (the default), or a lone CR. */
  readonly rowDelimiter?: "newline" | "carriageReturn";
  /** A Windows code page number; a byte order mark in the file wins over it when reading. */
  readonly codePage: number;
  readonly hasHeader: boolean;
  /** CSV-Unicode: written as UTF-16 LE with a byte order mark; read only when the file is UTF-16 with one. */
  readonly isUnicodeRequired: boolean;
}

/** Comma, quotation mark, UTF-8, header row. */
export const csv: DelimitedFormat = {
  kind: "delimited",
  columnDelimiter: ",",
  textQualifier: '"',
  codePage: 65001,
  hasHeader: true,
  isUnicodeRequired: false,
};

/** The built-in format CSV-Unicode: UTF-16 LE with a byte order mark. */
export const csvUnicode: DelimitedFormat = { ...csv, codePage: 1200, isUnicodeRequired: true };

/** Refuses a format whose delimiter and qualifier cannot be told apart from each other or from a row's end. */
export function requireUsableFormat(format: DelimitedFormat): void {
  const { columnDelimiter, textQualifier } = format;
  for (const mark of [columnDelimiter, textQualifier]) {
    if (mark !== null && (mark.length !== 1 || "\r\n\0".includes(mark))) {
      throw new FormatError("unwritable", "A column delimiter or text qualifier must be one character, no line break.");
    }
  }
  if (columnDelimiter === textQualifier) {
    throw new FormatError("unwritable", "The column delimiter and the text qualifier must be different characters.");
  }
}
