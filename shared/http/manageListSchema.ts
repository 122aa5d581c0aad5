import { z } from "zod";
import { executionStates } from "../domain/execution.ts";
import { messageMembers, listOf, pageMembers } from "./manageAnswerSchemas.ts";
import { idMember, jobNameMember, ofJobMember, timeMember } from "./manageMembers.ts";
import { asAnswer } from "./schemaNames.ts";

const count = z.int().min(0);

export const allMessagesAnswer = asAnswer(
  "MessageOfJobPage",
  z.strictObject({
    ...pageMembers(asAnswer("MessageOfJob", z.strictObject({ ...messageMembers, jobName: jobNameMember }))),
    isAtLeast: z.literal(true).exactOptional().meta({
      description:
        "There are more than were looked at: a search has to say more, a list of what is open goes on when some of it has ended.",
    }),
  }),
);

export const entitySummary = asAnswer(
  "EntitySummary",
  z.strictObject({
    entity: z.string(),
    status: z.enum(["notStarted", "executing", "finished", "staged", "error", "notRun"]),
    rowsRead: count,
    succeeded: count,
    failed: count,
    unprocessed: count,
    exported: count,
  }),
);

export const executionsAnswer = listOf(
  "ExecutionPage",
  asAnswer(
    "ExecutionSummary",
    z.strictObject({
      id: idMember,
      messageId: idMember,
      activityId: ofJobMember,
      jobName: jobNameMember,
      direction: z.enum(["import", "export"]),
      project: z.string(),
      state: z.enum(executionStates),
      attempt: count,
      startedAt: timeMember,
      finishedAt: timeMember.exactOptional(),
      entities: z.array(entitySummary),
      warnings: count,
      failure: z.string().exactOptional(),
    }),
  ),
);
