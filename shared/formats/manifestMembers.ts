import { FormatError } from "./recordFormat.ts";
import type { XmlElement } from "./xmlTree.ts";

/** The members of one element of a manifest, each found by name in any order; of a repeated one the first counts. */
export interface Members {
  /** Where the element is, for messages. */
  readonly place: string;
  has(name: string): boolean;
  /** The text; empty when the member is absent, nil or empty. */
  text(name: string): string;
  /** The text, or null when the member is absent or nil. */
  optionalText(name: string): string | null;
  /** The text without blanks around it, which editors add when they break lines; absent or blank is an error. */
  requiredText(name: string): string;
  wholeNumber(name: string, whenAbsent: number): number;
  flag(name: string, whenAbsent: boolean): boolean;
  /** The items of a list; an absent or nil list has none. */
  list(name: string, itemName: string): readonly XmlElement[];
  /** The texts of all members whose name matches, nil ones left out. */
  texts(pattern: RegExp): ReadonlyMap<string, string>;
}

const flagValues = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

/** The known client takes the first of a repeated element, and the original loses what comes out of its order. */
export function manifestMembers(element: XmlElement, place: string): Members {
  const first = new Map(element.children.toReversed().map((child) => [child.name, child]));
  const find = (name: string): XmlElement | undefined => {
    const child = first.get(name);
    return child?.isNil === true ? undefined : child;
  };
  const text = (name: string): string => find(name)?.text ?? "";
  const refuse = (name: string, what: string): never => {
    const line = find(name)?.line ?? element.line;
    throw new FormatError("badXml", `${place}: ${name} ${what} (line ${line}).`, line);
  };
  return {
    place,
    has: (name) => find(name) !== undefined,
    text,
    optionalText: (name) => find(name)?.text ?? null,
    requiredText: (name) => text(name).trim() || refuse(name, "is missing or empty"),
    wholeNumber: (name, whenAbsent) => {
      const digits = text(name).trim();
      if (digits === "") return whenAbsent;
      return /^\d{1,9}$/u.test(digits) ? Number(digits) : refuse(name, "must be a whole number");
    },
    flag: (name, whenAbsent) => {
      const word = text(name).trim().toLowerCase();
      if (word === "") return whenAbsent;
      return flagValues.get(word) ?? refuse(name, "must be true or false");
    },
    list: (name, itemName) => (find(name)?.children ?? []).filter((child) => child.name === itemName),
    texts: (pattern) => firstTexts(element.children.filter((child) => !child.isNil && pattern.test(child.name))),
  };
}

function firstTexts(elements: readonly XmlElement[]): ReadonlyMap<string, string> {
  return new Map(elements.toReversed().map((child) => [child.name, child.text]));
}
