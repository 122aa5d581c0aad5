import { z } from "zod";
import type { Page } from "../ports/stored.ts";
import type { RunError } from "../usecases/watch/runErrors.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { asAnswer } from "./schemaNames.ts";

/** On one page. */
export const errorsMax = 10_000;

const runError = asAnswer(
  "RunError",
  z.strictObject({
    entity: z.string().exactOptional().meta({ description: "Absent where it is about the run as a whole." }),
    line: z.int().min(1).exactOptional().meta({
      description: "Of the file that came; the number of a record, where there is a place. Absent where none is known.",
    }),
    place: z.string().exactOptional().meta({ description: "Where rows may share a line: record, line and column." }),
    field: z.string().meta({ description: "Empty where it is about no field in particular." }),
    code: z.string().meta({ description: "Such as DMF2018; empty where there is none." }),
    message: z.string().meta({
      description: "What is wrong, with the value; of all fields of the row, where that of one alone is not known.",
    }),
  }),
);

export const runErrorsAnswer = listOf("RunErrorList", runError);

export function toRunErrorsReply({ items, continuation }: Page<RunError>) {
  const jsonBody: z.output<typeof runErrorsAnswer> = {
    items: [...items],
    ...(continuation !== undefined && { continuation }),
  };
  return { jsonBody };
}
