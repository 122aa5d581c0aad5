import { type DigitFacts, reasonOfCode } from "./codeLikeDigits.ts";
import type { FieldType } from "./dataEntity.ts";
import { shownValue } from "./shownValue.ts";
import type { TypeGuess } from "./typeGuesses.ts";

/** How well a type fits the cells of one column so far. */
interface TypeTally {
  readonly guess: TypeGuess;
  misfits: number;
  first: { readonly line: number; readonly text: string } | undefined;
  /** A misfit that may be a code: as a number, it and the others would lose something. */
  hasCode: boolean;
}

/** What the cells of one column say of its type. */
export interface ColumnTypes extends DigitFacts {
  filled: number;
  charactersMax: number;
  charactersMin: number;
  hasGroups: boolean;
  /** From the narrowest type to the widest. */
  tallies: readonly TypeTally[];
}

export interface GuessedType {
  readonly type: FieldType;
  readonly reason: string;
  readonly lengthMax?: number;
  /** Few cells say otherwise than the others. */
  readonly isDoubtful: boolean;
}

const lengths = [10, 20, 30, 60, 100, 250, 500, 1000, 2000, 4000, 8000];
const lengthStep = 10_000;
/** A type is given up when so many cells do not fit it, and they are more than the others. */
const misfitsMin = 100;
/** Of so many cells, one in twenty may be wrong without being taken for what the column means. */
const cellsMin = 20;

export function newColumnTypes(name: string, guesses: readonly TypeGuess[]): ColumnTypes {
  const tallies = guesses.map((guess) => ({ guess, misfits: 0, first: undefined, hasCode: false }));
  const characters = { charactersMax: 0, charactersMin: Number.POSITIVE_INFINITY, hasGroups: false };
  return { name, filled: 0, ...characters, tallies };
}

/** Takes one more cell, which is not blank. */
export function addToTypes(column: ColumnTypes, text: string, line: number): void {
  column.filled += 1;
  column.charactersMax = Math.max(column.charactersMax, text.length);
  column.charactersMin = Math.min(column.charactersMin, text.length);
  let isGivenUp = false;
  for (const tally of column.tallies) {
    if (tally.guess.fits(text)) {
      if (tally.guess.type === "int64") column.hasGroups ||= !/^-?\d+$/.test(text);
      continue;
    }
    tally.misfits += 1;
    tally.first ??= { line, text: text.slice(0, 200) };
    tally.hasCode ||= mayBeCode(text);
    isGivenUp ||= isLost(tally, column.filled);
  }
  if (isGivenUp) column.tallies = column.tallies.filter((tally) => !isLost(tally, column.filled));
}

const isLost = ({ misfits }: TypeTally, filled: number): boolean => misfits > misfitsMin && misfits * 2 > filled;

/** Digits that are no number because of zeros, a sign or their length, or digits among letters. */
function mayBeCode(text: string): boolean {
  return /^\+?\d+$/.test(text) || (/\d/.test(text) && /\p{L}/u.test(text));
}

/** The type that all cells fit, or nearly all of them; text otherwise, and then why. */
export function guessType(column: ColumnTypes): GuessedType {
  const { filled, tallies } = column;
  const text = { type: "string", lengthMax: roomyLength(column.charactersMax), isDoubtful: false } as const;
  if (filled === 0) return { ...text, reason: "no row holds a value" };
  const best = tallies.toSorted((a, b) => a.misfits - b.misfits)[0];
  const longest = `the longest value has ${column.charactersMax} characters`;
  if (best === undefined || best.misfits * 2 >= filled) return { ...text, reason: longest };
  const { guess, misfits, first, hasCode } = best;
  const code = guess.type === "integer" || guess.type === "int64" ? reasonOfCode(column) : undefined;
  if (code !== undefined) return { ...text, reason: code };
  if (misfits === 0) return { type: guess.type, reason: guess.reason, isDoubtful: false };
  const others = `${grouped(filled - misfits)} of ${grouped(filled)} are ${plurals[guess.type]}; line ${first?.line} is not`;
  const isNearly = filled >= cellsMin && misfits * cellsMin <= filled;
  const isKept = isNearly && !(hasCode && isNumber(guess.type));
  if (isKept) return { type: guess.type, reason: `${others}: ${shownValue(first?.text ?? "")}`, isDoubtful: true };
  return { ...text, reason: `${others}: ${shownValue(first?.text ?? "")}; ${longest}`, isDoubtful: isNearly };
}

const isNumber = (type: FieldType): boolean => type === "integer" || type === "int64" || type === "real";

const plurals: Record<FieldType, string> = {
  string: "texts",
  integer: "whole numbers",
  int64: "whole numbers",
  real: "numbers",
  boolean: "Yes or No",
  date: "dates",
  datetime: "dates and times",
  time: "times",
  guid: "GUIDs",
  enum: "symbols",
};

/** A count for people: 7,999. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A quarter more than the longest value, rounded up to a usual length. */
function roomyLength(charactersMax: number): number {
  const wanted = Math.ceil(charactersMax * 1.25);
  return lengths.find((length) => length >= wanted) ?? Math.ceil(wanted / lengthStep) * lengthStep;
}
