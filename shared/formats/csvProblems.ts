import {
  columnDelimiters,
  type DelimitedFormat,
  delimitedFormats,
  delimiterOf,
} from "../domain/sourceFormats/delimited.ts";
import type { FormatFacts } from "../domain/sourceFormats/formatFacts.ts";
import type { RowDelimiter, TextFacts } from "../domain/sourceFormats/textFile.ts";
import { FormatError } from "./recordFormat.ts";
import type { RowProblem, SourceRow } from "../domain/rowBatch.ts";

export const COLUMNS_MAX = 1_024;
export const CELL_CHARACTERS_MAX = 1024 * 1024;
export const ROW_CHARACTERS_MAX = 4 * 1024 * 1024;

export function requireWithinLimits(cellCharacters: number, columns: number, line: number): void {
  if (columns > COLUMNS_MAX) {
    throw overLimit(`Line ${line} has more than ${COLUMNS_MAX} columns. Is the column delimiter right?`, line);
  }
  if (cellCharacters > CELL_CHARACTERS_MAX) {
    throw overLimit(`A cell on line ${line} is longer than ${CELL_CHARACTERS_MAX} characters. ${quoteHint}`, line);
  }
}

const quoteHint = "Is a text qualifier never closed, or does the file end its rows otherwise?";

export function rowTooLong(line: number): FormatError {
  return overLimit(`The row on line ${line} is longer than ${ROW_CHARACTERS_MAX} characters. ${quoteHint}`, line);
}

function overLimit(message: string, line: number): FormatError {
  return new FormatError("overLimit", message, line);
}

export function unclosedQuote(line: number): FormatError {
  const message = `The text qualifier that opens on line ${line} is never closed. Close it, or double it inside text.`;
  return new FormatError("unclosedQuote", message, line);
}

export function otherSeparator(named: string, format: DelimitedFormat, line: number): FormatError {
  const message =
    `Line ${line} is "sep=${named}", but format "${format.name}" has the column delimiter ${format.columnDelimiter}. ` +
    `${formatWith(named)} If the file has the format's delimiter, remove the line.`;
  return new FormatError("DMF1855", message, line);
}

export function otherRowDelimiter(found: RowDelimiter, { name, rowDelimiter }: TextFormat, line: number): FormatError {
  const message =
    `Line ${line} ends in ${found.toUpperCase()}, but rows of format "${name}" end in ${rowDelimiter?.toUpperCase()}. ` +
    "Change the file or the row delimiter of its format; a format without one reads each kind.";
  return new FormatError("DMF1855", message, line);
}

type TextFormat = FormatFacts & TextFacts;

/** What a file looks like of which each row came as one cell; undefined where it may well have one column. */
export function otherDelimiter(first: SourceRow | undefined, format: DelimitedFormat): string | undefined {
  const [cell = ""] = first?.cells ?? [];
  if (first?.cells.length !== 1) return undefined;
  const counts = Object.entries(columnDelimiters).map(([name, sign]) => ({
    name,
    sign,
    count: cell.split(sign).length - 1,
  }));
  const best = counts.toSorted((one, other) => other.count - one.count)[0];
  if (!best || best.count === 0) return undefined;
  return `The file has one column in format "${format.name}"; it looks as if its delimiter were ${best.name}. ${formatWith(best.sign)}`;
}

/** Says which format has the delimiter. */
function formatWith(delimiter: string): string {
  const name = delimitedFormats.find((format) => delimiterOf(format) === delimiter)?.name;
  if (name !== undefined) return `Choose a source format with that delimiter, such as "${name}".`;
  return "Choose a source format with that delimiter, or create one.";
}

export function binaryContent(line: number, expected = "delimited text"): FormatError {
  const message =
    `Expected ${expected}, found a zero byte on line ${line}: a binary file, or UTF-16 without a byte order mark. ` +
    "Save the file as text in the code page of its source format.";
  return new FormatError("DMF1855", message, line);
}

export function textAfterQuote(column: number): RowProblem {
  return {
    code: "DMF2018",
    message: `Column ${column} has text after its closing text qualifier. Double a qualifier that belongs to the text.`,
  };
}

export function raggedRow(found: number, expected: number): RowProblem {
  return found < expected
    ? { code: "DMF1999", message: `The row has ${found} of ${expected} columns: a column delimiter is missing.` }
    : {
        code: "DMF2018",
        message: `The row has ${found} columns instead of ${expected}: put text that holds the delimiter in qualifiers.`,
      };
}
