import { z } from "zod";
import type { ErrorCode, MemberError } from "../domain/errors.ts";
import type { DefinitionCheck, Problem } from "../usecases/definitions/checkDefinition.ts";
import { reference } from "./problemSchema.ts";
import { asAnswer } from "./schemaNames.ts";

const itemsMax = 100;

/** One reason for which a save would be refused. */
export const problemItem = asAnswer(
  "DefinitionProblem",
  z.strictObject({
    path: z.string().meta({ description: "Of the member, such as lines[0].fieldMap[2].column; empty for the whole." }),
    code: z.string().meta({
      description: "As in the type of the refusal: invalid, or conflict where others would break or records stand.",
    }),
    message: z.string(),
    referredBy: z.array(reference).exactOptional().meta({ description: "The definitions that would break." }),
  }),
);
const warningItem = asAnswer(
  "DefinitionWarning",
  z.strictObject({ path: z.string(), code: z.string(), message: z.string() }),
);

export const checkAnswer = asAnswer(
  "DefinitionCheck",
  z.strictObject({
    isValid: z.boolean().meta({ description: "Whether a save would be accepted in this moment." }),
    exists: z.boolean().meta({ description: "Whether a save would replace something." }),
    problems: z.array(problemItem).meta({ description: `The first ${itemsMax} that a save would be refused for.` }),
    warnings: z.array(warningItem).meta({ description: "What is seldom meant, and keeps nobody from saving." }),
  }),
);

export function toCheckView({ exists, problems, warnings }: DefinitionCheck) {
  return {
    isValid: problems.length === 0,
    exists,
    problems: problems.slice(0, itemsMax),
    warnings: warnings.slice(0, itemsMax),
  };
}

/** Members that break a rule of what is not saved under any name. */
export function toProblems(members: readonly MemberError[]): readonly Problem[] {
  const code: ErrorCode = "invalid";
  return members.slice(0, itemsMax).map((member) => ({ ...member, code }));
}
