import { DomainError, type MemberError } from "../../domain/errors.ts";
import { type SourceFormat, formatProblems } from "../../domain/sourceFormat.ts";
import { textEncoderOf } from "../../formats/textEncoding.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import { requireNoProblems } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/** Saves a source data format; one with the name of a built-in format takes its place. */
export async function saveFormat(
  ports: Ports,
  format: SourceFormat,
  ifMatch: IfMatch,
  applicationId: string,
): Promise<Saved<SourceFormat>> {
  requireNoProblems(`Source data format "${format.name}"`, [...formatProblems(format), ...codePageProblems(format)]);
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "format", format.name, ifMatch);
    return writeDefinition(ports, turn, "format", format.name, format, replaced, applicationId);
  });
}

function codePageProblems({ codePage }: SourceFormat): MemberError[] {
  try {
    textEncoderOf(codePage);
    return [];
  } catch (error) {
    if (error instanceof FormatError || error instanceof DomainError)
      return [{ path: "codePage", message: error.message }];
    throw error;
  }
}
