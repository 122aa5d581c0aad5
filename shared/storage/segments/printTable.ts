import { giveBack } from "../../domain/giveBack.ts";
import { type Prints, valuesWord } from "./prints.ts";

/**
 * The keys and values of many records by their hashes, to be met by records in any order. Each entry has two words of the
 * key, which are never both zero, and two of the values, of which the last bit says whether the key was met.
 */
export interface PrintTable {
  readonly words: Uint32Array;
  readonly slotMax: number;
}

/** What is known of a record: whether its key is there, and its values with it; "again" where its key was met before. */
export type Meeting = "unknown" | "changed" | "stored" | "again";

const entryWords = 4;
/** A fuller table takes longer to search. */
const fillMax = 0.7;

/** For so many records at most. */
export function printTable(recordsMax: number): PrintTable {
  const slots = 2 ** Math.ceil(Math.log2(recordsMax / fillMax));
  return { words: new Uint32Array(entryWords * slots), slotMax: slots - 1 };
}

export function closeTable({ words }: PrintTable): void {
  giveBack(words);
}

/** Adds the record whose print begins at the word, unless its key is there: the newest comes first. */
export function addPrint(table: PrintTable, prints: Prints, at: number): void {
  const { words } = table;
  const place = placeOf(table, prints, at);
  if (words[place + 1] !== 0) return;
  words[place] = prints[at]!;
  words[place + 1] = prints[at + 1]! || 1;
  words[place + 2] = prints[at + valuesWord]!;
  words[place + 3] = prints[at + valuesWord + 1]! & ~1;
}

export function isStored(table: PrintTable, print: Prints): boolean {
  const place = placeOf(table, print, 0);
  return table.words[place + 1] !== 0 && hasValues(table.words, place, print);
}

/** Notes that the key was met. */
export function meet(table: PrintTable, print: Prints): Meeting {
  const { words } = table;
  const place = placeOf(table, print, 0);
  if (words[place + 1] === 0) return "unknown";
  if ((words[place + 3]! & 1) === 1) return "again";
  words[place + 3]! |= 1;
  return hasValues(words, place, print) ? "stored" : "changed";
}

/** Where the key's entry begins, or would. */
function placeOf({ words, slotMax }: PrintTable, prints: Prints, at: number): number {
  const first = prints[at]!;
  const second = prints[at + 1]! || 1;
  for (let slot = first & slotMax; ; slot = (slot + 1) & slotMax) {
    const place = entryWords * slot;
    if (words[place + 1] === 0 || (words[place] === first && words[place + 1] === second)) return place;
  }
}

function hasValues(words: Uint32Array, place: number, print: Prints): boolean {
  return words[place + 2] === print[valuesWord] && words[place + 3]! >>> 1 === print[valuesWord + 1]! >>> 1;
}
