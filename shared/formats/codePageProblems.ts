import { DomainError, type MemberError } from "../domain/errors.ts";
import { FormatError } from "./recordFormat.ts";
import { textEncoderOf } from "./textEncoding.ts";

/** Why text of the code page cannot be read and written here, or not that of the named members. */
export function codePageProblems(codePage: number, texts: Readonly<Record<string, string>>): readonly MemberError[] {
  try {
    const encoder = textEncoderOf(codePage);
    return Object.entries(texts)
      .filter(([, text]) => encoder.encode(text) === undefined)
      .map(([path]) => ({ path, message: `Code page ${codePage} has no such character.` }));
  } catch (error) {
    if (error instanceof FormatError || error instanceof DomainError)
      return [{ path: "codePage", message: error.message }];
    throw error;
  }
}
