import { z } from "zod";
import { filterEntriesMax } from "../domain/filter/recordFilter.ts";
import { companyMember, guidMember, nameMember, printableText, shownIdMember } from "./manageMembers.ts";
import { asAnswer, asBoth, asRequest } from "./schemaNames.ts";

const criteriaCharactersMax = 4000;

const filterEntry = asBoth(
  "FilterEntry",
  z.strictObject({
    field: printableText(1, 80),
    criteria: z
      .string()
      .min(1, "At least 1 character.")
      .max(criteriaCharactersMax, `At most ${criteriaCharactersMax} characters.`)
      .regex(/^[^\p{Cs}\p{Cc}]*$/u, "No control characters.")
      .meta({ description: "As in the original's advanced filter, such as 10..40, !30." }),
  }),
);

/** Entries for one field are alternatives; different fields hold together. */
export const filterMember = z.array(filterEntry).max(filterEntriesMax, `At most ${filterEntriesMax} entries.`);

export const jobFilter = asBoth("JobFilter", z.strictObject({ entity: nameMember, filter: filterMember }));

const from = z.enum(["job", "line"]).meta({ description: "Whether the job says so, or the line that all jobs share." });

/** What a job selects by, line by line. */
export const filterInForce = asAnswer(
  "FilterInForce",
  z.strictObject({ entity: z.string(), filter: filterMember, from }),
);

/** A job that does not go by the line's own filter. */
export const overridingJob = asAnswer(
  "OverridingJob",
  z.strictObject({ activityId: shownIdMember, name: z.string(), filter: filterMember }),
);

export const countRequest = asRequest(
  "CountRequest",
  z.strictObject({
    filter: filterMember.exactOptional().meta({
      description: "One that is not saved yet; the job's or the line's own, when left out.",
    }),
    activityId: guidMember.exactOptional().meta({ description: "The job whose filter, company and time zone count." }),
    company: companyMember.exactOptional().meta({ description: "In place of the job's, for a per-company entity." }),
    timeZone: printableText(1, 60).exactOptional().meta({
      description:
        "Whose days a relative date means, in place of the job's or the project's: an IANA name. UTC, where nothing says.",
    }),
  }),
);

export const selectedAnswer = asAnswer(
  "SelectedCount",
  z.strictObject({
    count: z.int(),
    total: z.int().meta({ description: "All records that there are." }),
    isWhole: z
      .boolean()
      .meta({ description: "False where time was over before all were looked at: there may be more." }),
    filterFrom: z.enum(["request", "job", "line"]).exactOptional().meta({ description: "Absent: nothing says which." }),
  }),
);

/** What an execution says of an entity that it exports. */
export const exportFacts = {
  refresh: z.enum(["full", "incremental"]).exactOptional(),
  filterFrom: z.enum(["job", "line"]).exactOptional().meta({
    description: "Whose filter said which records were meant, in the version that the run worked by; absent for all.",
  }),
  deleted: z.int().min(0).exactOptional().meta({
    description: "Records that an incremental export with tombstones reported gone, or no longer selected.",
  }),
};
