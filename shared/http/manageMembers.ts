import { z } from "zod";
import { guidPattern } from "../domain/guid.ts";
import { columnPattern, mapMax } from "../domain/mapTexts.ts";
import { companyPattern } from "../domain/recurringJob.ts";
import { findGuid } from "./request.ts";
import { asAnswer, asBoth } from "./schemaNames.ts";

/** Anything but controls, format characters, line separators and what is no character at all. */
const printable = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]*$/u;
const guidMessage = "This is no GUID; braces and case do not matter.";

/** Text that a person reads on one line. */
export function printableText(charactersMin: number, charactersMax: number) {
  return z
    .string()
    .trim()
    .min(charactersMin, `At least ${charactersMin} character${charactersMin === 1 ? "" : "s"}.`)
    .max(charactersMax, `At most ${charactersMax} characters.`)
    .regex(printable, "Only printable characters, on one line.");
}

export const columnMember = z
  .string()
  .trim()
  .min(1, "At least 1 character.")
  .max(mapMax.columnCharacters, `At most ${mapMax.columnCharacters} characters.`)
  .regex(columnPattern, "No control characters but tabs and line breaks.");

/** The name of an entity, a format, a project or a job: trimmed, and unique without regard to case. */
export const nameMember = printableText(1, 60);
export const descriptionMember = printableText(0, 1000).default("");
export const companyMember = z.string().trim().regex(companyPattern, "A company has 1 to 4 letters or digits.");
/** Read in any spelling, kept in lower case without braces. */
export const guidMember = z
  .string()
  .overwrite((text) => findGuid(text) ?? text)
  .regex(guidPattern, guidMessage)
  .meta({ format: "uuid" });
const applicationsMax = 100;
const application = asBoth(
  "JobApplication",
  z.strictObject({ applicationId: guidMember, isEnabled: z.boolean().default(true) }),
);
/** Applications that are let in. */
export const applicationsMember = z.array(application).max(applicationsMax, `At most ${applicationsMax} applications.`);
/** How answers spell the id of a message, an execution or an application. */
export const idMember = asAnswer(
  "Id",
  z.string().meta({ format: "uuid", description: "In lower case, without braces. A request may spell it in any way." }),
);
/** Somebody who used an application, in answers. */
export const personMember = asAnswer(
  "Person",
  z.strictObject({
    objectId: idMember.meta({ description: "Of the person in Entra ID." }),
    name: z.string().meta({ description: "As it was when this was done; it may be another one now." }),
  }),
);
/** Who asked for a run that no job started. */
export const requesterMember = asAnswer(
  "Requester",
  z.strictObject({ applicationId: idMember, person: personMember.exactOptional() }),
);
/** How answers spell the activity id of a job. */
export const shownIdMember = asAnswer(
  "ActivityId",
  z
    .string()
    .regex(/^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/)
    .meta({
      description: "In capitals and braces, as clients are configured with it. A request may spell it in any way.",
    }),
);
/** The job of something that may have none. */
export const ofJobMember = shownIdMember.exactOptional().meta({ description: "Absent for a run that no job started." });
export const linksMember = asAnswer("Links", z.record(z.string(), z.string()));
export const timeMember = z.string().meta({ format: "date-time" });

export function wholeNumber(min: number, max: number) {
  const message = `A whole number from ${min} to ${max}.`;
  return z.int(message).min(min, message).max(max, message);
}

/** What an answer has and a request may send back as it was read: it is passed over. */
export const readOnlyMember = z.unknown().meta({ readOnly: true }).exactOptional();
export const readOnlyFacts = {
  version: readOnlyMember,
  savedAt: readOnlyMember,
  savedBy: readOnlyMember,
  savedByPerson: readOnlyMember,
};

/** What every answered definition says about its save. */
export const definitionFacts = {
  version: z.int().meta({ readOnly: true, description: "0 for a format that is built in." }),
  savedAt: timeMember.meta({ readOnly: true }).exactOptional(),
  savedBy: idMember.meta({ readOnly: true, description: "The application id that saved it." }).exactOptional(),
  savedByPerson: personMember.meta({ readOnly: true, description: "Who used the application." }).exactOptional(),
};

/** What the job of something is called, in a list across all jobs. */
export const jobNameMember = z.string().exactOptional().meta({ description: "Absent where the job is gone." });
