import type { LineRecord } from "../domain/recordLines.ts";
import { shownValue } from "../domain/shownValue.ts";
import { FormatError, type NameOfCell } from "./recordFormat.ts";
import type { TextEncoder } from "./textEncoding.ts";

/** A file of text that is being written. */
export interface WrittenText {
  readonly columns: readonly string[];
  /** What is written for an empty value; none where no column has any. */
  readonly defaults: readonly string[];
  readonly codePage: number;
  readonly encoder: TextEncoder;
  readonly nameOf?: NameOfCell;
}

/** Finds the character that the code page cannot write. */
export function refuseCharacter(file: WrittenText, batch: readonly LineRecord[], firstNumber: number): never {
  const { columns, defaults, encoder, codePage } = file;
  const why = (text: string | undefined): string | undefined => {
    const character = Array.from(text ?? "").find((each) => encoder.encode(each) === undefined);
    if (character === undefined) return undefined;
    const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `holds U+${codePoint}, which code page ${codePage} cannot write. Choose CSV-Unicode or code page 65001.`;
  };
  for (const [row, record] of batch.entries()) {
    for (const [cell, text] of record.values.entries()) {
      const found = why(text);
      if (found !== undefined) throw refusal("DMF1957", { file, record, number: firstNumber + row, cell }, found);
    }
  }
  for (const [cell, text] of defaults.entries()) {
    const found = why(text);
    if (found !== undefined)
      throw new FormatError("DMF1957", `The default value of column ${columnOf(columns, cell)} ${found}`);
  }
  throw new FormatError("DMF1957", `The file holds text that code page ${codePage} cannot write.`);
}

interface Place {
  readonly file: Pick<WrittenText, "columns" | "nameOf">;
  readonly record: LineRecord;
  /** 0 for the header. */
  readonly number: number;
  readonly cell: number;
}

/** Names the value by number where it may be logged, and by the record's key for people. */
export function refusal(
  code: "DMF1957" | "unwritable",
  { file, record, number, cell }: Place,
  why: string,
): FormatError {
  const column = columnOf(file.columns, cell);
  if (number === 0) return new FormatError(code, `The header of column ${column} ${why}`);
  const message = `Record ${number}, column ${column}, ${why}`;
  const shown = file.nameOf ? `${file.nameOf(record, cell)} ${why}` : message;
  return new FormatError(code, message, null, shown);
}

export function columnOf(columns: readonly string[], cell: number): string {
  return shownValue(columns[cell] ?? `${cell + 1}`);
}
