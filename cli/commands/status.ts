import { read, type Schemas } from "../../client/api.ts";
import { allPages, readLimit } from "../allPages.ts";
import { type Call, command } from "../command.ts";
import { type ExitCode, exitCodes } from "../exitCodes.ts";
import { eachMessage, toTold } from "../messages/eachMessage.ts";
import { plainId, requireIds, requireJob } from "../messages/requireJob.ts";
import { lookAsManager } from "../messages/standing.ts";
import { table } from "../output/table.ts";
import { toLocalTime } from "../output/units.ts";

const options = {
  job: { type: "string", value: "job", help: "a job and its newest messages" },
  limit: { type: "string", value: "n", help: "with --job: how many messages, 1 to 200; 20 without it" },
} as const;

export const statusCommand = command(
  {
    name: "status",
    usage: "[MESSAGE… | --job <job>]",
    summary: "says where messages, a job or all jobs stand",
    options,
    examples: [
      { line: "status", what: "all jobs: what waits, what is parked, what is due" },
      { line: "status --job $JOB", what: "a job and its newest messages" },
      { line: "status $MESSAGE --json | jq -r '.messages[0].state'", what: "the state of a message, for a script" },
    ],
  },
  status,
);

async function status(call: Call<typeof options>): Promise<ExitCode> {
  const { values, positionals, signal } = call;
  if (positionals.length > 0) {
    const ids = requireIds(positionals, "message");
    const { manage } = await call.connect();
    return eachMessage(call, ids, async (id) => toTold(await lookAsManager(manage)(id, signal), true));
  }
  return values.job === undefined ? allJobs(call) : oneJob(call, await requireJob(call, values.job));
}

async function allJobs({ connect, show, signal }: Call<typeof options>): Promise<ExitCode> {
  const { manage } = await connect();
  const overview = read(await manage.GET("/manage/api/overview", { signal }));
  const jobs = await allPages(async (query) =>
    read(await manage.GET("/manage/api/jobs", { params: { query }, signal })),
  );
  const standings = await allPages(async (query) =>
    read(await manage.GET("/manage/api/job-standings", { params: { query }, signal })),
  );
  const standingOf = new Map(standings.map((each) => [each.activityId, each]));
  const rows = jobs.map(({ activityId, name, direction, isEnabled }) => ({
    name,
    direction,
    isEnabled,
    ...standingOf.get(activityId),
    activityId: plainId(activityId),
  }));
  const counts = countsOf(overview);
  const { draining } = overview;
  show({ ...(draining && { draining }), ...counts, jobs: rows }, () =>
    [
      ...(draining ? [toDrainLine(draining)] : []),
      `${counts.waiting} waiting, ${counts.inProcess} in process, ${counts.offered} offered, ${counts.parked} parked, ${counts.failedToday} failed today`,
      table(["JOB", "NAME", "DIRECTION", "WAITING", "OFFERED", "PARKED", "NEXT DUE"], rows.map(toJobRow)),
    ].join("\n\n"),
  );
  return exitCodes.done;
}

function toDrainLine({ isWithoutMessages, count, isAtLeast }: NonNullable<Schemas["Overview"]["draining"]>): string {
  const messages = `${count}${isAtLeast ? " or more" : ""} ${count === 1 && !isAtLeast ? "message" : "messages"}`;
  const held = isWithoutMessages ? "no worker has a message" : `workers still have ${messages}`;
  return `The service drains (DrainMode): ${held}. Calls of webhooks and upkeep are not counted.`;
}

function countsOf({ waiting, inProcess, offered, parked, failedToday }: Schemas["Overview"]) {
  return {
    waiting: waiting.count,
    inProcess: inProcess.count,
    offered: offered.count,
    parked: parked.count,
    failedToday: failedToday.count,
  };
}

function toJobRow(
  job: Pick<Schemas["Job"], "activityId" | "name" | "direction" | "isEnabled"> & Partial<Schemas["JobStanding"]>,
) {
  const due = job.blockedBy ? `blocked by ${job.blockedBy}` : job.nextDueAt ? toLocalTime(job.nextDueAt) : "";
  const counts = [job.waiting, job.offered, job.parked].map((count) => String(count ?? 0));
  return [job.activityId, job.name, job.direction, ...counts, job.isEnabled ? due : "disabled"];
}

async function oneJob({ values, connect, show, signal }: Call<typeof options>, activityId: string): Promise<ExitCode> {
  const { manage } = await connect();
  const limit = readLimit(values.limit, 20);
  const path = { activityId };
  const job = read(await manage.GET("/manage/api/jobs/{activityId}", { params: { path }, signal }));
  const params = { path, query: { limit } };
  const { items: messages } = read(await manage.GET("/manage/api/jobs/{activityId}/messages", { params, signal }));
  const { name, direction, project, isEnabled } = job;
  show({ activityId, name, direction, project, isEnabled, messages }, () =>
    [
      `${name}: ${direction} by the project ${project}, ${isEnabled ? "enabled" : "disabled"}`,
      table(["MESSAGE", "STATE", "CHANGED", "FILE"], messages.map(toMessageRow)),
    ].join("\n\n"),
  );
  return exitCodes.done;
}

function toMessageRow({
  id,
  state,
  parked,
  changedAt,
  externalIdentifier = "",
}: Schemas["Message"]): readonly string[] {
  return [id, parked ? `${state}, parked` : state, toLocalTime(changedAt), externalIdentifier];
}
