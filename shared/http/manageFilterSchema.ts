import { z } from "zod";
import { filterEntriesMax } from "../domain/filter/recordFilter.ts";
import { nameMember, printableText, shownIdMember } from "./manageMembers.ts";
import { asAnswer, asBoth } from "./schemaNames.ts";

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
