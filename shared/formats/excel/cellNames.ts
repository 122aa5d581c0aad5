import { nameList } from "../../domain/nameList.ts";

/** The number of a column, from 1, as its letters: A, Z, AA. */
export function columnLetters(column: number): string {
  let letters = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(0x41 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** A cell as Excel calls it: `Sheet1!C7`, or `'My sheet'!C7`. */
export function cellName(sheet: string, column: number, row: number): string {
  const shown = nameList([sheet.replace(/\p{C}/gu, "?")]);
  const isPlain = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(shown);
  return `${isPlain ? shown : `'${shown.replaceAll("'", "''")}'`}!${columnLetters(column)}${row}`;
}
