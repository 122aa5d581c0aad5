import type { Message, Ports } from "../../ports.ts";
import type { Span } from "../../ports/lists.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { type OpenStanding, listOpen } from "./listOpen.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";
import { findByExternalIdentifier, findById } from "./searchMessages.ts";

/** What has ended, and of that what failed or had errors, beside the standings of what is open. */
export const messageStandings = ["waiting", "inProcess", "offered", "parked", "failed", "ended"] as const;
export type MessageStanding = (typeof messageStandings)[number];

/** By how messages stand, or by the beginning of what they are called. */
export type MessagesQuestion =
  | (Span & { readonly standing: MessageStanding })
  | { readonly id: string }
  | { readonly externalIdentifier: string };

/** A message as a list across all jobs shows it. */
export interface MessageOfJob {
  readonly message: Message;
  /** Undefined where the job is gone. */
  readonly jobName: string | undefined;
  readonly isBlocking: boolean;
}

export interface MessagesOfJobs extends Page<MessageOfJob> {
  /** There are more than were looked at. */
  readonly isCut: boolean;
}

/** The messages of all jobs that the question is about. */
export async function listAllMessages(
  ports: Ports,
  question: MessagesQuestion,
  page: PageRequest,
): Promise<MessagesOfJobs> {
  const { items, ...rest } = await find(ports, question, page);
  const jobs = await jobsOf(ports, items);
  return {
    isCut: false,
    ...rest,
    items: items.map((message) => {
      const { name, blockedBy } = jobs.get(message.activityId) ?? {};
      return { message, jobName: name, isBlocking: blockedBy === message.id };
    }),
  };
}

function find(ports: Ports, question: MessagesQuestion, page: PageRequest) {
  if ("id" in question) return findById(ports, question.id);
  if ("externalIdentifier" in question) return findByExternalIdentifier(ports, question.externalIdentifier);
  const { standing, ...span } = question;
  if (isOpenStanding(standing)) return listOpen(ports, standing, page);
  return ports.lists.listEnded({ ...span, hasErrors: standing === "failed" }, page);
}

function isOpenStanding(standing: MessageStanding): standing is OpenStanding {
  return standing !== "failed" && standing !== "ended";
}

/** What lists across all jobs say of each; a job that is gone has no name. */
async function jobsOf(ports: Ports, messages: readonly Message[]) {
  const ids = [...new Set(messages.map(({ activityId }) => activityId))];
  const found = await inParallel(ids, readsAtOnceMax, async (activityId) => {
    const [job, progress] = await Promise.all([
      ports.definitions.find("job", activityId),
      ports.messages.findProgress(activityId),
    ]);
    return [activityId, { name: job?.value.name, blockedBy: progress?.value.blockedBy }] as const;
  });
  return new Map(found);
}
