import { type Api, read } from "../../client/api.ts";
import { type Call, command } from "../command.ts";
import { type ExitCode, exitCodes, UsageError } from "../exitCodes.ts";
import { awaitEnd, readTimeout } from "../messages/awaitEnd.ts";
import { eachMessage, toTold } from "../messages/eachMessage.ts";
import { requireIds, requireJob } from "../messages/requireJob.ts";
import { lookAsManager } from "../messages/standing.ts";
import { toCount } from "../output/units.ts";

const options = {
  job: { type: "string", value: "job", help: "in place of messages: all that are parked in this job" },
  rejected: { type: "boolean", help: "only the rows that the last run rejected" },
  force: { type: "boolean", help: "also where a newer message may be in the same records, which is written over" },
  watch: { type: "boolean", short: "w", help: "waits until they end" },
  timeout: { type: "string", value: "seconds", help: "with --watch: how long to wait at most" },
} as const;

export const retryCommand = command(
  {
    name: "retry",
    usage: "MESSAGE… | --job <job>",
    summary: "processes parked or failed messages again, from their original bytes",
    options,
    examples: [
      { line: "retry $MESSAGE --watch", what: "a message, and what became of it" },
      { line: "retry $MESSAGE --rejected", what: "after the entity was mended: only the rows that were rejected" },
      { line: "retry --job $JOB", what: "whatever is parked in a job" },
    ],
  },
  retry,
);

async function retry(call: Call<typeof options>): Promise<ExitCode> {
  const { values, positionals, signal } = call;
  const timeoutMs = readTimeout(values.timeout);
  if (values.job !== undefined) return retryParked(call, values.job);
  const ids = requireIds(positionals, "message");
  const { manage } = await call.connect();
  const query = { ...(values.rejected && { rows: "rejected" as const }), ...(values.force && { force: true }) };
  return eachMessage(call, ids, async (id) => {
    read(await manage.POST("/manage/api/messages/{id}/retry", { params: { path: { id }, query }, signal }));
    if (values.watch) return toTold(await awaitEnd({ id }, lookAsManager(manage), call, timeoutMs));
    return { result: { id, accepted: true }, text: `${id}  will be processed again`, exitCode: exitCodes.done };
  });
}

async function retryParked(call: Call<typeof options>, job: string): Promise<ExitCode> {
  const { positionals, values, show } = call;
  if (positionals.length > 0 || values.rejected || values.watch) {
    throw new UsageError(
      "--job means all that are parked, from their original bytes; it takes no messages, --rejected or --watch.",
    );
  }
  const activityId = await requireJob(call, job);
  const { manage } = await call.connect();
  const { retried, skipped } = await retryPages(manage, activityId, values.force === true, call.signal);
  show({ job: activityId, retried, skipped }, () =>
    [
      ...retried.map((id) => `${id}  will be processed again`),
      ...skipped.map(({ id, why }) => `${id}  ${why}`),
      `${toCount(retried.length, "message")} will be processed again${skipped.length > 0 ? `, ${skipped.length} not` : ""}.`,
    ].join("\n"),
  );
  return skipped.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function retryPages(manage: Api, activityId: string, force: boolean, signal: AbortSignal) {
  const retried: string[] = [];
  const skipped: { readonly id: string; readonly why: string }[] = [];
  let continuation: string | undefined;
  do {
    const body = { parked: true as const, force, ...(continuation !== undefined && { continuation }) };
    const params = { path: { activityId } };
    const page = read(await manage.POST("/manage/api/jobs/{activityId}/messages/retry", { params, body, signal }));
    retried.push(...page.retried);
    skipped.push(...page.skipped);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return { retried, skipped };
}
