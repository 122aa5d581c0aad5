import { z } from "zod";
import { stylesheetCharactersMax } from "../domain/stylesheet.ts";
import { definitionFacts, descriptionMember, nameMember, readOnlyFacts } from "./manageMembers.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const members = {
  name: nameMember,
  description: descriptionMember,
  content: z
    .string()
    .max(stylesheetCharactersMax, `At most ${stylesheetCharactersMax} characters.`)
    .meta({ description: "The XSLT 1.0 document." }),
};

export const stylesheetRequest = asRequest("StylesheetRequest", z.strictObject({ ...members, ...readOnlyFacts }));
export const stylesheetAnswer = asAnswer("Stylesheet", z.strictObject({ ...members, ...definitionFacts }));

/** Of a file that went through them. */
export const appliedStylesheets = z
  .array(asAnswer("AppliedStylesheet", z.strictObject({ name: z.string(), version: z.int().exactOptional() })))
  .meta({ description: "Those that its file went through, in turn; one of a package has no version." });
