import type { FieldType } from "./dataEntity.ts";
import type { Region } from "./region.ts";
import { converterFor } from "./values.ts";

/** A type that the cells of a column may have. */
export interface TypeGuess {
  readonly type: FieldType;
  readonly fits: (text: string) => boolean;
  readonly reason: string;
}

const invariantGuesses: readonly TypeGuess[] = [
  { type: "guid", fits: converts("guid"), reason: "every value is a GUID" },
  { type: "boolean", fits: isWordOfTruth, reason: "every value is Yes or No, or true or false" },
  { type: "integer", fits: isWhole("integer"), reason: "every value is a whole number of 32 bits" },
  { type: "int64", fits: isWhole("int64"), reason: "every value is a whole number of 64 bits" },
  { type: "real", fits: isDecimal, reason: "every value is a number" },
  {
    type: "date",
    fits: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && converts("date")(text),
    reason: "every value is an ISO date",
  },
  { type: "datetime", fits: isDatetime, reason: "every value is an ISO date, or date and time" },
  {
    type: "time",
    fits: (text) => /^\d{2}:\d{2}/.test(text) && converts("time")(text),
    reason: "every value is a time",
  },
];

/** From the narrowest to the widest: of several that fit, the first is taken. */
export function typeGuesses(region: Region | undefined): readonly TypeGuess[] {
  return region ? invariantGuesses.map((guess) => regionalGuess(guess, region)) : invariantGuesses;
}

/** A text of the right form whose value is not clear, such as a local time that came twice, still shows the type. */
function regionalGuess(guess: TypeGuess, region: Region): TypeGuess {
  const regional = region(guess.type);
  if (!regional) return guess;
  const fits = (text: string): boolean => {
    const found = regional.read(text);
    return found !== undefined && ("problem" in found || guess.fits(found.invariant));
  };
  return { type: guess.type, fits, reason: `every value is ${regional.expected}` };
}

function converts(type: FieldType): (text: string) => boolean {
  const convert = converterFor({ name: "", type, isKey: false, isRequired: false });
  return (text) => "value" in convert(text);
}

function isWordOfTruth(text: string): boolean {
  return /^(?:yes|no|true|false)$/i.test(text);
}

const plainWhole = /^(?:0|-?[1-9]\d*)$/;

function isWhole(type: "integer" | "int64"): (text: string) => boolean {
  const fits = converts(type);
  return (text) => plainWhole.test(text) && fits(text);
}

function isDecimal(text: string): boolean {
  if (plainWhole.test(text)) return isWhole("int64")(text);
  return /^-?(?:0|[1-9]\d*)\.\d+$/.test(text) && converts("real")(text);
}

function isDatetime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/.test(text) && converts("datetime")(text);
}
