import { z } from "zod";
import { asAnswer } from "./schemaNames.ts";

const memberError = asAnswer("MemberError", z.strictObject({ path: z.string(), message: z.string() }));
/** Another definition that a refusal speaks of. */
export const reference = asAnswer(
  "Reference",
  z.strictObject({
    kind: z.enum(["entity", "format", "stylesheet", "project", "job", "numberSequence", "webhook"]),
    name: z.string(),
  }),
);

export const problemAnswer = asAnswer(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z
      .string()
      .optional()
      .meta({ description: "Of a failure of the service: under which id its log has more." }),
    errors: z.array(memberError).optional(),
    referredBy: z.array(reference).optional(),
  }),
);
