import { type Api, read, type Schemas } from "../../client/api.ts";
import { type Call, command } from "../command.ts";
import { type ExitCode, exitCodes, TimedOut } from "../exitCodes.ts";
import { readTimeout } from "../messages/awaitEnd.ts";
import { requireJob } from "../messages/requireJob.ts";

const options = {
  job: { type: "string", value: "job", help: "the job, by its activity id or its name" },
  watch: { type: "boolean", short: "w", help: "waits until the run is over" },
  timeout: { type: "string", value: "seconds", help: "with --watch: how long to wait at most" },
} as const;

const everyMs = 1_000;
const inTimeMs = 24 * 60 * 60_000;

export const runCommand = command(
  {
    name: "run",
    usage: "--job <job>",
    summary: "runs a job now, beside its recurrence",
    description: "An import job processes what waits, an export job makes its file.",
    options,
    examples: [
      { line: "run --job $JOB --watch", what: "an export, until its file is there" },
      { line: "run --job $JOB --watch --json | jq -r .messageId", what: "the same for a script" },
    ],
  },
  run,
);

async function run(call: Call<typeof options>): Promise<ExitCode> {
  const timeoutMs = readTimeout(call.values.timeout) ?? inTimeMs;
  const activityId = await requireJob(call, call.values.job);
  const { manage } = await call.connect();
  const params = { path: { activityId } };
  const { dueAt } = read(await manage.POST("/manage/api/jobs/{activityId}/run", { params, signal: call.signal }));
  if (!call.values.watch) {
    call.show({ job: activityId, dueAt }, () => `The job runs as of ${dueAt}.`);
    return exitCodes.done;
  }
  const { state, reason, messageId } = await awaitOccurrence(call, manage, { activityId, dueAt, timeoutMs });
  call.show({ job: activityId, dueAt, state, reason, messageId }, () =>
    [state, reason, messageId].filter((part) => part !== null).join("  "),
  );
  return state === "finished" ? exitCodes.done : exitCodes.failed;
}

interface Meant {
  readonly activityId: string;
  readonly dueAt: string;
  readonly timeoutMs: number;
}

async function awaitOccurrence(call: Call<typeof options>, manage: Api, meant: Meant): Promise<Schemas["Occurrence"]> {
  const { now, pause, signal, progress } = call;
  const { activityId, dueAt, timeoutMs } = meant;
  const until = now() + timeoutMs;
  const step = progress.begin({ name: "the run" });
  try {
    for (;;) {
      const params = { path: { activityId }, query: { limit: 50 } };
      const { items } = read(await manage.GET("/manage/api/jobs/{activityId}/occurrences", { params, signal }));
      const found = items.find((occurrence) => occurrence.trigger === "manual" && occurrence.dueAt === dueAt);
      if (found && found.state !== "due" && found.state !== "started") return found;
      if (now() >= until) throw new TimedOut(`The run is ${found?.state ?? "due"}, and was not over in time.`);
      step.at(0, found?.state ?? "due");
      await pause(everyMs, signal);
    }
  } finally {
    step.done();
    progress.end();
  }
}
