/**
 * Every stored value is a canonical text, so that equal values are equal texts, keys sort and compare as texts, and a
 * decimal never passes through a binary float. An empty value is absent: it is written as an empty cell.
 */
export type Converted = { readonly value: string } | Refused;

export interface Refused {
  /** The end of a sentence about the field. */
  readonly problem: string;
  /** The whole text of the rule that the value breaks, where it is one. */
  readonly rule?: string;
}

/** Turns a source text (not blank) into the field's canonical text, or says what kind of value stands there instead. */
export type Converter = (text: string) => Converted;

/**
 * Whether a cell of UTF-8 is its field's canonical text as it stands, so that nothing need be done to it. True only where
 * the field's converter answers with the same text; false says nothing, the converter decides then. Nearly every cell of
 * nearly every file is canonical, and costs no string.
 */
export type CanonicalCheck = (bytes: Buffer, start: number, end: number) => boolean;

/** What a type of the fields of an entity takes: the rule on text, and the look at bytes that stands for it. */
export interface ValueType {
  readonly convert: Converter;
  /** Undefined where no look at the bytes tells. */
  readonly isCanonical: CanonicalCheck | undefined;
}

/** What stands in a cell, without its content: contents never enter an error text that may be logged. */
export function valueKind(text: string): string {
  if (text.trim() === "") return "an empty value";
  if (/^[+-]?\d+$/.test(text)) return `a whole number of ${text.replace(/^[+-]/, "").length} digits`;
  if (/^[+-]?[\d.,\s]+$/.test(text)) return `a number-like text of ${text.length} characters`;
  return `a text of ${text.length} characters`;
}

export function refuse(expected: string, text: string): Converted {
  return { problem: `expects ${expected}, but holds ${valueKind(text)}` };
}
