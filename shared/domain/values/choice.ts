import type { EnumValue } from "../dataEntity.ts";
import { foldName } from "../foldName.ts";
import { plainBytes } from "./bytes.ts";
import { type CanonicalCheck, type Converted, type Converter, refuse, type ValueType } from "./valueType.ts";

const trueWords = new Set(["yes", "true", "1"]);
const falseWords = new Set(["no", "false", "0"]);

function convertBoolean(text: string): Converted {
  const word = text.trim().toLowerCase();
  if (trueWords.has(word)) return { value: "Yes" };
  if (falseWords.has(word)) return { value: "No" };
  return refuse("Yes or No (also true, false, 1, 0)", text);
}

export const booleanType: ValueType = { convert: convertBoolean, isCanonical: oneOf(["Yes", "No"]) };

export function enumType(values: readonly EnumValue[]): ValueType {
  const convert = enumConverter(values);
  return { convert, isCanonical: oneOf(unmistakable(values, convert)) };
}

function enumConverter(values: readonly EnumValue[]): Converter {
  const symbols = new Map<string, string>();
  for (const { symbol, value, label } of values) {
    for (const spelling of [label, String(value), symbol]) symbols.set(foldName(spelling), symbol);
  }
  const expected = `one of ${values
    .slice(0, 10)
    .map((value) => value.symbol)
    .join(", ")}${values.length > 10 ? ", …" : ""}`;
  return (text) => {
    const symbol = symbols.get(foldName(text.trim()));
    return symbol === undefined ? refuse(expected, text) : { value: symbol };
  };
}

function oneOf(texts: readonly string[]): CanonicalCheck | undefined {
  // With many of them a look-up of the text is faster.
  if (texts.length > 24) return undefined;
  const all = texts.map((text) => Buffer.from(text));
  return (bytes, start, end) => {
    for (let index = 0; index < all.length; index += 1) if (isSame(all[index]!, bytes, start, end)) return true;
    return false;
  };
}

/** The symbols that stand for themselves: not those that are another value's label too. */
function unmistakable(values: readonly EnumValue[], convert: Converter): readonly string[] {
  const isItself = (symbol: string): boolean => {
    const converted = convert(symbol);
    return (
      "value" in converted && converted.value === symbol && Buffer.from(symbol).every((byte) => plainBytes[byte] === 1)
    );
  };
  return values.map(({ symbol }) => symbol).filter(isItself);
}

function isSame(text: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text[at]) return false;
  return true;
}
