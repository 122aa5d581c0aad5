import { type Call, command } from "../command.ts";
import type { ExitCode } from "../exitCodes.ts";
import { awaitEnd, readTimeout } from "../messages/awaitEnd.ts";
import { eachMessage, toTold } from "../messages/eachMessage.ts";
import { followJob } from "../messages/followJob.ts";
import { requireIds, requireJob } from "../messages/requireJob.ts";
import { lookAsClient, lookAsManager } from "../messages/standing.ts";

const options = {
  job: {
    type: "string",
    value: "job",
    help: "the job: alone it is followed; with messages, asks as its client, without a role",
  },
  timeout: { type: "string", value: "seconds", help: "how long to wait for the messages at most" },
} as const;

export const watchCommand = command(
  {
    name: "watch",
    usage: "MESSAGE… | --job <job>",
    summary: "waits until messages end, or follows a job",
    description: "A message that ends with errors, or is parked, makes the command fail. Following ends by Ctrl-C.",
    options,
    examples: [
      { line: "watch $MESSAGE --timeout 600", what: "until this message ends, for ten minutes at most" },
      { line: "watch --job $JOB", what: "each change of the messages of a job, as it comes" },
      { line: "watch --job $JOB --json | jq .state", what: "the same for a script, an object on each line" },
    ],
  },
  watch,
);

async function watch(call: Call<typeof options>): Promise<ExitCode> {
  const { values, positionals } = call;
  const timeoutMs = readTimeout(values.timeout);
  const job = values.job === undefined ? undefined : await requireJob(call, values.job);
  if (positionals.length === 0 && job !== undefined) return followJob(call, job);
  const ids = requireIds(positionals, "message");
  const { manage, connector } = await call.connect();
  const look = job === undefined ? lookAsManager(manage) : lookAsClient(connector, job);
  return eachMessage(call, ids, async (id) => toTold(await awaitEnd({ id }, look, call, timeoutMs)));
}
