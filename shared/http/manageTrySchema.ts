import { z } from "zod";
import { fieldTypes } from "../domain/dataEntity.ts";
import { cellProblem, place } from "./managePreviewSchema.ts";
import { asAnswer } from "./schemaNames.ts";

const count = z.int().min(0);
const encoding = asAnswer(
  "TriedEncoding",
  z.strictObject({
    codePage: z.int().meta({ description: "The Windows code page that the file was read in; 65001 is UTF-8." }),
    isShownByFile: z.boolean().meta({ description: "Whether its first bytes say so; otherwise the format does." }),
  }),
);
const column = asAnswer(
  "TriedColumn",
  z.strictObject({
    name: z.string(),
    type: z.enum(fieldTypes).meta({ description: "What its values seem to be, as the format writes values." }),
    reason: z.string(),
  }),
);
const row = asAnswer(
  "TriedRow",
  z.strictObject({
    line: z.int().meta({ description: "Where the row begins, or its number in a format whose rows may share a line." }),
    place: place.exactOptional(),
    cells: z
      .array(z.string().nullable())
      .meta({ description: "Each cut after 1,000 characters; null where it has none." }),
    raw: z.string().exactOptional().meta({ description: "Its text, where it could not be taken apart." }),
    problems: z.array(cellProblem),
  }),
);
const problem = asAnswer(
  "TriedProblem",
  z.strictObject({
    line: z.int(),
    field: z.string(),
    column: z.string().exactOptional(),
    code: z.string(),
    message: z.string(),
  }),
);
const error = asAnswer(
  "TriedError",
  z.strictObject({ code: z.string(), message: z.string(), line: z.int().exactOptional() }),
);

export const tryAnswer = asAnswer(
  "TriedFormat",
  z.strictObject({
    format: z.string(),
    fileName: z.string(),
    encoding: encoding.exactOptional().meta({ description: "Of text and XML." }),
    columns: z.array(column),
    rows: z.array(row).meta({ description: "The first ones." }),
    problems: z.array(problem).meta({ description: "The first 100 of all rows that were looked at." }),
    errors: z.array(error).meta({ description: "What ends the reading of the file." }),
    warnings: z.array(z.string()),
    rowsRead: count,
    rowsWithProblems: count,
    isWhole: z.boolean().meta({ description: "False when the file has more rows than were looked at." }),
  }),
);
