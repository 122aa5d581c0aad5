import type { MemberError } from "../errors.ts";

export const rowDelimiters = ["crlf", "lf", "cr"] as const;
export type RowDelimiter = (typeof rowDelimiters)[number];

/** Written at the end of each row. */
export const rowEnds: Readonly<Record<RowDelimiter, string>> = { crlf: "\r\n", lf: "\n", cr: "\r" };

/** What every format of text has. */
export interface TextFacts {
  /** 65001 is UTF-8, 1200 UTF-16; a byte order mark in the file wins. */
  readonly codePage: number;
  readonly hasHeader: boolean;
  /** Ends a row, alone, and other line breaks are text. Without one, a file is read by how its first row ends. */
  readonly rowDelimiter?: RowDelimiter;
}

/** Files of this format are UTF-16 and nothing else: the original says "Selected file is not Unicode" otherwise. */
export function isUnicodeRequired({ codePage }: TextFacts): boolean {
  return codePage === 1200;
}

/** Why a text is not one character that may stand between cells or around them. */
export function signProblems(path: string, sign: string): readonly MemberError[] {
  if (Array.from(sign).length !== 1 || !sign.isWellFormed())
    return [{ path, message: `${named(path)} is one character.` }];
  if (!/[\r\n\0\ufeff]/.test(sign)) return [];
  return [{ path, message: `${named(path)} is neither a line break, nor U+0000 or U+FEFF.` }];
}

function named(path: string): string {
  return `The ${path.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`;
}
