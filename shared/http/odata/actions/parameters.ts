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
const wrapping = /^[\s"'\\{(]+|[\s"'\\})]+$/gu;

/** Of an execution or a message, which some write in quotes and braces: a GUID in lower case, any other as it is. */
export const id: Parameter<string> = {
  type: "Edm.String",
  read: (json) => {
    const found = toText(json, 2 * idCharactersMax) ?? "";
    const bare = findGuid(found) ?? found.replace(wrapping, "");
    return bare !== "" && bare.length <= idCharactersMax ? bare : undefined;
  },
  due: `This is required: a GUID, or another text of at most ${idCharactersMax} characters.`,
};

/** On one line, as far as a client may write it; a number as its digits. */
function toText(json: JsonValue, charactersMax: number): string | undefined {
  if (json === null) return "";
  if (typeof json !== "string" && typeof json !== "number") return undefined;
  const found = String(json).toWellFormed().trim();
  return found.length <= charactersMax && !/\p{Cc}/u.test(found) ? found : undefined;
}
