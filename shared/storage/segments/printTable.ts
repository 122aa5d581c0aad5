import { giveBack } from "../../domain/giveBack.ts";
import { type Prints, valuesWord } from "./prints.ts";

/**
 * The keys and values of many records by their hashes, to be met by records in any order. An entry has one word of the key,
 * the other one says where to begin to look for it, and two of the values, of which the last bit says whether the key was
 * met. Some keys in a thousand million are so taken for others: such a record is taken for changed, or for one that was met.
 */
export interface PrintTable {
  readonly words: Uint32Array;
  readonly slots: number;
}

/** What is known of a record: whether its key is there, and its values with it; "again" where its key was met before. */
export type Meeting = "unknown" | "changed" | "stored" | "again";

const entryWords = 3;
/** A fuller table takes longer to search. */
const fillMax = 0.7;

/** For so many records at most. */
export function printTable(recordsMax: number): PrintTable {
  const slots = Math.ceil(recordsMax / fillMax) + 1;
  return { words: new Uint32Array(entryWords * slots), slots };
}

export function closeTable({ words }: PrintTable): void {
  giveBack(words);
}

/** Adds the record whose print begins at the word, unless its key is there: the newest comes first. */
export function addPrint(table: PrintTable, prints: Prints, at: number): void {
  const { words } = table;
  const place = placeOf(table, prints, at);
  if (words[place] !== 0) return;
  words[place] = keyWordOf(prints, at);
  words[place + 1] = prints[at + valuesWord]!;
  words[place + 2] = prints[at + valuesWord + 1]! & ~1;
}

export function isStored(table: PrintTable, print: Prints): boolean {
  const place = placeOf(table, print, 0);
  return table.words[place] !== 0 && hasValues(table.words, place, print);
}

/** Notes that the key was met. */
export function meet(table: PrintTable, print: Prints): Meeting {
  const { words } = table;
  const place = placeOf(table, print, 0);
  if (words[place] === 0) return "unknown";
  if ((words[place + 2]! & 1) === 1) return "again";
  words[place + 2]! |= 1;
  return hasValues(words, place, print) ? "stored" : "changed";
}

/** Where the key's entry begins, or would: there is always a free one. */
function placeOf({ words, slots }: PrintTable, prints: Prints, at: number): number {
  const key = keyWordOf(prints, at);
  const end = entryWords * slots;
  let place = entryWords * Math.floor((prints[at]! / 2 ** 32) * slots);
  while (words[place] !== 0 && words[place] !== key) {
    place += entryWords;
    if (place === end) place = 0;
  }
  return place;
}

/** Zero stands for no entry. */
function keyWordOf(prints: Prints, at: number): number {
  return prints[at + 1]! || 1;
}

function hasValues(words: Uint32Array, place: number, print: Prints): boolean {
  return words[place + 1] === print[valuesWord] && words[place + 2]! >>> 1 === print[valuesWord + 1]! >>> 1;
}
