import { z } from "zod";
import { intervalMax, occurrencesMax } from "../domain/recurrence.ts";
import { type RecurrencePreview } from "../schedule/recurrencePreview.ts";
import { noteCodes } from "../schedule/recurrenceNotes.ts";
import { problemItem, toProblems } from "./manageCheckSchema.ts";
import { toTime } from "./manageDefinitionWire.ts";
import { timeMember, wholeNumber } from "./manageMembers.ts";
import { asAnswer, asBoth } from "./schemaNames.ts";

const weekdayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const nthWeekday = asBoth(
  "NthWeekday",
  z.strictObject({
    nth: z.literal([1, 2, 3, 4, -1]),
    weekday: z.enum([...weekdayNames, "day", "weekday", "weekendDay"]),
  }),
);

const recurrenceEnd = asBoth(
  "RecurrenceEnd",
  z.discriminatedUnion("kind", [
    asBoth("EndNever", z.strictObject({ kind: z.literal("never") })),
    asBoth("EndAfter", z.strictObject({ kind: z.literal("after"), occurrences: wholeNumber(1, occurrencesMax) })),
    asBoth("EndBy", z.strictObject({ kind: z.literal("by"), date: z.string().meta({ format: "date" }) })),
  ]),
);

/** When a job is due; a definition and a preview have the same. */
export const recurrenceMember = asBoth(
  "Recurrence",
  z.strictObject({
    start: z.string().meta({ description: "Local date and time without offset, such as 2026-11-24T08:00:00." }),
    timeZone: z.string().default("UTC").meta({ description: "An IANA name, such as Europe/Copenhagen." }),
    frequency: z.enum(["minute", "hour", "day", "week", "month", "year"]),
    interval: wholeNumber(1, intervalMax).default(1),
    weekdays: z.array(z.enum(weekdayNames)).exactOptional(),
    monthDay: wholeNumber(1, 31).exactOptional(),
    nthWeekday: nthWeekday.exactOptional(),
    month: wholeNumber(1, 12).exactOptional(),
    end: recurrenceEnd.default({ kind: "never" }),
  }),
);

const recurrenceNote = asAnswer(
  "RecurrenceNote",
  z.strictObject({
    code: z.enum(noteCodes),
    message: z.string(),
    at: timeMember
      .exactOptional()
      .meta({ description: "The due time that it is about, or when the clock is changed." }),
  }),
);

export const recurrencePreviewAnswer = asAnswer(
  "RecurrencePreview",
  z.strictObject({
    problems: z
      .array(problemItem)
      .meta({ description: "Why a job with it could not be saved; then there is no more." }),
    words: z.string().exactOptional().meta({ description: "The recurrence as a sentence." }),
    next: z.array(timeMember).meta({ description: "The next ten due times; fewer when the recurrence ends." }),
    lastDueAt: timeMember
      .exactOptional()
      .meta({ description: "The last due time of all; absent where it never ends, or not before the year 9999." }),
    notes: z.array(recurrenceNote),
  }),
);

export function toPreviewView({ problems, next, lastDueAt, notes, ...rest }: RecurrencePreview) {
  return {
    ...rest,
    problems: toProblems(problems),
    next: next.map(toTime),
    ...(lastDueAt !== undefined && { lastDueAt: toTime(lastDueAt) }),
    notes: notes.map(({ at, ...note }) => ({ ...note, ...(at !== undefined && { at: toTime(at) }) })),
  };
}
