import { z } from "zod";
import { auditActions, auditKinds } from "../domain/auditEntry.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { idMember, personMember, shownIdMember, timeMember } from "./manageMembers.ts";
import { asAnswer } from "./schemaNames.ts";

const auditAnswer = asAnswer(
  "AuditEntry",
  z.strictObject({
    at: timeMember,
    applicationId: idMember.meta({ description: "Which application did it, or was refused." }),
    person: personMember
      .exactOptional()
      .meta({ description: "Who used the application; absent when it acted by itself." }),
    action: z.enum(auditActions),
    kind: z.enum(auditKinds),
    target: z.string().meta({
      description: "The name of a definition, the activity id of a job, the id of a message. Empty: several jobs.",
    }),
    activityId: shownIdMember.exactOptional(),
    detail: z.string(),
  }),
);

/** One page of the audit trail. */
export const auditListAnswer = listOf("AuditPage", auditAnswer);
