import { z } from "zod";
import { type DataProject, type EntityLine, projectLinesMax } from "../domain/dataProject.ts";
import { stylesheetsMax } from "../domain/stylesheet.ts";
import { sortFieldsMax } from "../domain/sort/exportSort.ts";
import { sheetNameCharactersMax } from "../domain/sourceFormats/excel.ts";
import { filterMember, overridingJob } from "./manageFilterSchema.ts";
import { fieldMapMember } from "./manageFieldMapSchema.ts";
import {
  applicationsMember,
  definitionFacts,
  descriptionMember,
  nameMember,
  printableText,
  readOnlyFacts,
  readOnlyMember,
  timeMember,
  wholeNumber,
} from "./manageMembers.ts";
import { asAnswer, asBoth, asRequest } from "./schemaNames.ts";

const orderMax = 9999;
const sortField = asBoth(
  "SortField",
  z.strictObject({ field: printableText(1, 80), descending: z.boolean().exactOptional() }),
);

const lineMembers = {
  entity: nameMember,
  format: nameMember,
  isEnabled: z.boolean().default(true),
  fieldMap: fieldMapMember.exactOptional(),
  excelSheetName: printableText(1, sheetNameCharactersMax)
    .exactOptional()
    .meta({ description: "The sheet of a workbook; when left out, the one called like the entity, or the first." }),
  stylesheets: z
    .array(nameMember)
    .max(stylesheetsMax, `At most ${stylesheetsMax} stylesheets.`)
    .exactOptional()
    .meta({ description: "Imports of XML only: the file goes through them, one after another." }),
  executionUnit: wholeNumber(1, orderMax).default(1),
  level: wholeNumber(1, orderMax).default(1),
  failLevelOnError: z.boolean().default(false),
  failUnitOnError: z.boolean().default(false),
  truncateFirst: z.boolean().default(false),
  skipStaging: z
    .boolean()
    .default(true)
    .meta({ description: "Import: false keeps the rows of each run in staging, to be looked at, mended and copied." }),
  refreshType: z.enum(["full", "incremental"]).default("full"),
  sort: z
    .array(sortField)
    .min(1, "At least 1 field.")
    .max(sortFieldsMax, `At most ${sortFieldsMax} fields.`)
    .exactOptional()
    .meta({ description: "Exports only: the order of the rows; that of the key, when left out." }),
  tombstones: z.boolean().exactOptional().meta({
    description:
      "Incremental exports only: a further file names the keys of records that are gone, or no longer selected.",
  }),
  filter: filterMember
    .exactOptional()
    .meta({ description: "Exports only: which records; all of them, when left out." }),
};

const sequenceNote = { description: "The line's position, when left out." };
/** One line, in a project and alone. */
export const lineRequest = asRequest(
  "EntityLineRequest",
  z.strictObject({
    ...lineMembers,
    sequence: wholeNumber(1, orderMax).exactOptional().meta(sequenceNote),
    sample: readOnlyMember,
    validation: readOnlyMember,
    filterOverriddenBy: readOnlyMember,
  }),
);

export const lineSample = asAnswer(
  "LineSample",
  z.strictObject({ fileName: z.string(), isValid: z.boolean(), checkedAt: timeMember }),
);
const lineValidation = asAnswer(
  "LineValidation",
  z.strictObject({
    status: z.enum(["valid", "warnings", "errors"]),
    errors: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
);
export const lineAnswer = asAnswer(
  "EntityLine",
  z.strictObject({
    ...lineMembers,
    sequence: z.int(),
    sample: lineSample.meta({ readOnly: true }).exactOptional(),
    validation: lineValidation.exactOptional().meta({
      readOnly: true,
      description: "How the line stands to the definitions as they are; in the answer for one project alone.",
    }),
    filterOverriddenBy: z.array(overridingJob).exactOptional().meta({
      readOnly: true,
      description: "Jobs that select by a filter of their own; in the answer for one project alone.",
    }),
  }),
);

const projectMembers = {
  name: nameMember,
  description: descriptionMember,
  direction: z.enum(["import", "export"]),
  execute: z
    .boolean()
    .default(true)
    .meta({ description: "Import: false stops when the records are in staging, from where somebody copies them." }),
  timeZone: printableText(1, 60).exactOptional().meta({
    description:
      "Export: whose days relative dates count in runs that no job starts, by an IANA name; UTC, when left out.",
  }),
  applications: applicationsMember.exactOptional().meta({
    description:
      "Which of the applications with the role Integration.Package may use it in the package API; all, when left out or empty.",
  }),
};

export const projectRequest = asRequest(
  "ProjectRequest",
  z.strictObject({
    ...projectMembers,
    lines: z.array(lineRequest).max(projectLinesMax, `At most ${projectLinesMax} lines.`).default([]),
    ...readOnlyFacts,
    hasMoreJobs: readOnlyMember,
  }),
);
export const projectAnswer = asAnswer(
  "Project",
  z.strictObject({
    ...projectMembers,
    lines: z.array(lineAnswer),
    ...definitionFacts,
    hasMoreJobs: z.boolean().exactOptional().meta({
      readOnly: true,
      description:
        "There are so many jobs that filterOverriddenBy may not name all; a job's own answer says by what it selects.",
    }),
  }),
);

export function toProject(body: z.output<typeof projectRequest>): DataProject {
  const {
    version: _version,
    savedAt: _at,
    savedBy: _by,
    savedByPerson: _person,
    hasMoreJobs: _more,
    lines,
    ...project
  } = body;
  return { ...project, lines: lines.map(toLine) };
}

/** A line whose place in the sequence is not said has that in the project. */
export function toLine(
  { sample: _sample, validation: _validation, filterOverriddenBy: _jobs, ...line }: z.output<typeof lineRequest>,
  index = 0,
): EntityLine {
  return { ...line, sequence: line.sequence ?? index + 1 };
}
