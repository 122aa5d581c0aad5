import { z } from "zod";
import { idMember, jobNameMember, shownIdMember, timeMember } from "./manageMembers.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { asAnswer } from "./schemaNames.ts";

const count = z.int().min(0);
const isAtLeast = z.literal(true).exactOptional().meta({ description: "There are more than were counted." });
const list = z.string().meta({ description: "The address of the list of those that are counted." });

const listedCount = asAnswer("ListedCount", z.strictObject({ count, isAtLeast, list }));
const waitingCount = asAnswer(
  "WaitingCount",
  z.strictObject({
    count,
    isAtLeast,
    oldestSince: timeMember.exactOptional().meta({ description: "Since when the one waits that waits longest." }),
    list,
  }),
);

export const overviewAnswer = asAnswer(
  "Overview",
  z.strictObject({
    draining: asAnswer(
      "Draining",
      z.strictObject({
        isWithoutMessages: z.boolean().meta({
          description:
            "Whether no worker has a message, on any host. Calls of webhooks and pieces of the upkeep are not counted.",
        }),
        count,
        isAtLeast,
      }),
    )
      .exactOptional()
      .meta({ description: "Only while the service drains (DrainMode): the messages that workers still have." }),
    waiting: waitingCount.meta({ description: "Imports that wait for a worker." }),
    inProcess: listedCount.meta({ description: "Messages that a worker has." }),
    offered: listedCount.meta({ description: "Exports that no client has acknowledged." }),
    parked: listedCount.meta({ description: "Messages that wait for somebody's decision." }),
    failedToday: asAnswer("FailedCount", z.strictObject({ count, isAtLeast, since: timeMember, list })).meta({
      description:
        "Messages that ended failed or with errors since the day began, and that nobody retried, mended, released or discarded since.",
    }),
    missedRuns: asAnswer(
      "MissedCount",
      z.strictObject({
        count,
        isAtLeast,
        since: timeMember,
        jobs: z
          .array(
            asAnswer("MissedOfJob", z.strictObject({ activityId: shownIdMember, jobName: jobNameMember, runs: count })),
          )
          .meta({
            description: "Whose they are, the most first; a hundred jobs at most.",
          }),
      }),
    ).meta({ description: "Due times since then that were passed over because nothing ran." }),
  }),
);

const jobStanding = asAnswer(
  "JobStanding",
  z.strictObject({
    activityId: shownIdMember,
    waiting: count,
    waitingSince: timeMember.exactOptional().meta({ description: "Since when the one waits that waits longest." }),
    inProcess: count,
    offered: count,
    parked: count,
    isAtLeast,
    blockedBy: idMember.exactOptional().meta({ description: "The failed head that the ordered job waits for." }),
    nextDueAt: timeMember.exactOptional(),
  }),
);
export const jobStandingsAnswer = listOf("JobStandingPage", jobStanding);
