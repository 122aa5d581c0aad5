import { z } from "zod";
import { fieldTypes } from "../domain/dataEntity.ts";
import { entityAnswer } from "./manageEntitySchema.ts";
import { fieldMapMember } from "./manageFieldMapSchema.ts";
import { lineSample } from "./manageProjectSchema.ts";
import { asAnswer } from "./schemaNames.ts";

const count = z.int().min(0);

const proposedEntity = asAnswer(
  "ProposedEntity",
  entityAnswer.omit({ version: true, savedAt: true, savedBy: true, savedByPerson: true }),
);
const proposedKey = asAnswer("ProposedKey", z.strictObject({ fields: z.array(z.string()), reason: z.string() }));
const inferredColumn = asAnswer(
  "InferredColumn",
  z.strictObject({ column: z.string(), field: z.string(), type: z.enum(fieldTypes), reason: z.string() }),
);

export const inferenceAnswer = asAnswer(
  "Inference",
  z.strictObject({
    rowsRead: count,
    isWhole: z.boolean().meta({ description: "False when the file has more rows than were looked at." }),
    rowsUnusable: count.meta({
      description: "Rows beside those read that do not fit the columns; a warning names one.",
    }),
    warnings: z.array(z.string()),
    definition: proposedEntity,
    fieldMap: fieldMapMember,
    key: proposedKey,
    columns: z.array(inferredColumn),
  }),
);

const sampleError = asAnswer(
  "SampleError",
  z.strictObject({
    field: z.string(),
    column: z.string().exactOptional(),
    code: z.string(),
    message: z.string(),
    line: count.exactOptional(),
    count: count.meta({ description: "How many of the checked rows have it." }),
  }),
);

const sampledLine = asAnswer(
  "SampledLine",
  z.strictObject({
    entity: z.string(),
    format: z.string(),
    fileName: z.string(),
    isSaved: z.boolean().meta({ description: "False when no line of the project could be made of it." }),
    isValid: z.boolean(),
    errors: z.array(sampleError),
    warnings: z.array(z.string()),
    rowsChecked: count,
    isWhole: z.boolean(),
    fieldMap: fieldMapMember.exactOptional(),
    sample: lineSample.exactOptional(),
  }),
);

export const sampleAnswer = asAnswer(
  "Sample",
  z.strictObject({
    project: z.string(),
    isValid: z.boolean(),
    lines: z.array(sampledLine),
  }),
);
