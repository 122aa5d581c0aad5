import { nameMember } from "../../manageMembers.ts";
import { findGuid } from "../../request.ts";
import type { JsonValue } from "../../lenientJson.ts";

/** One thing that an action is told. */
export interface Parameter<T> {
  readonly type: "Edm.String" | "Edm.Boolean" | "Edm.Int32";
  /** Undefined where the value is none of its kind; `null` is for one that is not there. */
  readonly read: (json: JsonValue) => T | undefined;
  readonly due: string;
}

const textCharactersMax = 4_000;

export const text: Parameter<string> = {
  type: "Edm.String",
  read: (json) => toText(json, textCharactersMax) || undefined,
  due: `This is required: a text of at most ${textCharactersMax} characters.`,
};

const idCharactersMax = 200;
/** Some write one in quotes and braces. */
const wrapCharacters = 4;

/** Of an execution or a message: a GUID in lower case and bare, any other as it is. */
export const id: Parameter<string> = {
  type: "Edm.String",
  read: (json) => {
    const found = toText(json, idCharactersMax + wrapCharacters);
    return (found && findGuid(found)) || found || undefined;
  },
  due: `This is required: a GUID, or another text of at most ${idCharactersMax} characters.`,
};

/** The name of a project that is there or is to be made. */
export const definitionName: Parameter<string> = {
  type: "Edm.String",
  read: (json) => nameMember.safeParse(json).data,
  due: "This is required: 1 to 60 printable characters.",
};

/** Empty where it is not there. */
export const optionalText: Parameter<string> = {
  type: "Edm.String",
  read: (json) => toText(json, textCharactersMax),
  due: `A text of at most ${textCharactersMax} characters.`,
};

/** False where it is not there. */
export const flag: Parameter<boolean> = {
  type: "Edm.Boolean",
  read: (json) => (isScalar(json) ? flags.get(String(json).trim().toLowerCase()) : undefined),
  due: "Either true or false.",
};
const flags: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
  ["null", false],
  ["", false],
]);

function isScalar(json: JsonValue): json is string | number | boolean | null {
  return typeof json !== "object" || json === null;
}

const wholeMax = 2_147_483_647;

/** 0 where it is not there. */
export const whole: Parameter<number> = {
  type: "Edm.Int32",
  read: (json) => {
    const number = typeof json === "boolean" ? Number.NaN : Number(json ?? 0);
    return Number.isInteger(number) && number >= 0 && number <= wholeMax ? number : undefined;
  },
  due: `A whole number from 0 to ${wholeMax}.`,
};

/** On one line, as far as a client may write it; a number as its digits. */
function toText(json: JsonValue, charactersMax: number): string | undefined {
  if (json === null) return "";
  if (typeof json !== "string" && typeof json !== "number") return undefined;
  const found = String(json).toWellFormed().trim();
  return found.length <= charactersMax && !/\p{Cc}/u.test(found) ? found : undefined;
}
