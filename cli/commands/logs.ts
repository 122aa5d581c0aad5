import { type Api, read, Refused, type Schemas } from "../../client/api.ts";
import { readLimit } from "../allPages.ts";
import { type Call, command } from "../command.ts";
import { type ExitCode, exitCodes } from "../exitCodes.ts";
import { eachMessage, type Told } from "../messages/eachMessage.ts";
import { requireIds, requireJob } from "../messages/requireJob.ts";
import { executionLog, readMessage } from "../messages/standing.ts";
import { table } from "../output/table.ts";
import { toLocalTime } from "../output/units.ts";

const options = {
  job: { type: "string", value: "job", help: "the runs of this job alone" },
  limit: {
    type: "string",
    value: "n",
    help: "how many runs, or rejected rows of each entity, 1 to 200; 20 without it",
  },
} as const;

export const logsCommand = command(
  {
    name: "logs",
    usage: "[MESSAGE…] [--job <job>]",
    summary: "tells what happened: of a message all, of others the newest runs",
    options,
    examples: [
      { line: "logs $MESSAGE", what: "each state with its time, the warnings, and the rejected rows" },
      { line: "logs --job $JOB --limit 50", what: "the last fifty runs of a job" },
      { line: "logs --json | jq '.runs[] | select(.failure)'", what: "the runs that failed, for a script" },
    ],
  },
  logs,
);

async function logs(call: Call<typeof options>): Promise<ExitCode> {
  const { values, positionals, signal } = call;
  const limit = readLimit(values.limit, 20);
  const job = values.job === undefined ? undefined : await requireJob(call, values.job);
  if (positionals.length === 0) return runs(call, limit, job);
  const ids = requireIds(positionals, "message");
  const { manage } = await call.connect();
  return eachMessage(call, ids, async (id) => toLog(await readMessage(manage, id, signal), manage, limit, signal));
}

async function runs({ connect, show, signal }: Call<typeof options>, limit: number, job: string | undefined) {
  const { manage } = await connect();
  const query = { limit, ...(job !== undefined && { job }) };
  const { items } = read(await manage.GET("/manage/api/executions", { params: { query }, signal }));
  show({ runs: items }, () =>
    table(
      ["STARTED", "JOB", "STATE", "MESSAGE", "ENTITIES", "FAILURE"],
      items.map(({ startedAt, jobName, project, state, messageId, entities, failure = "" }) => [
        toLocalTime(startedAt),
        jobName ?? project,
        state,
        messageId,
        entities
          .map(
            ({ entity, rowsRead, exported, failed }) =>
              `${entity} ${rowsRead + exported}${failed ? `, ${failed} failed` : ""}`,
          )
          .join("; "),
        failure,
      ]),
    ),
  );
  return exitCodes.done;
}

async function toLog(
  message: Schemas["MessageDetail"],
  manage: Api,
  limit: number,
  signal: AbortSignal,
): Promise<Told> {
  const { id, history, execution, externalIdentifier, parked, lastError } = message;
  const rejected = execution ? await readRejected(execution, manage, limit, signal) : [];
  const lines = [
    [id, externalIdentifier].filter(Boolean).join("  "),
    ...history.map(({ at, state, note = "" }) => `  ${toLocalTime(at)}  ${state}  ${note}`.trimEnd()),
    ...(parked ? [`  ${toLocalTime(parked.at)}  parked: ${parked.reason}`] : []),
    ...(lastError === undefined ? [] : [`  ${lastError}`]),
    ...(execution?.entities ?? []).map(
      ({ entity, fileName, rowsRead, succeeded, failed, exported }) =>
        `  ${entity}, ${fileName}: ${rowsRead} read, ${succeeded} succeeded, ${failed} failed, ${exported} exported`,
    ),
    ...(execution ? executionLog(execution).map((line) => `  ${line}`) : []),
    ...rejected.flatMap(({ entity, rows }) => rows.map((row) => `  ${entity}, ${toRow(row)}`)),
  ];
  const result = { id, history, ...(execution && { execution }), rejected };
  return { result, text: lines.join("\n"), exitCode: exitCodes.done };
}

function toRow({ place, line, values, raw, reason }: Schemas["RejectedRow"]): string {
  const cells = Object.entries(values).map(([column, value]) => `${column}=${value}`);
  return `${place ?? `line ${line}`}: ${raw ?? cells.join(", ")}  (${reason})`;
}

/** The rows themselves, of which the run's own errors have only the line. */
async function readRejected({ id, entities }: Schemas["Execution"], manage: Api, limit: number, signal: AbortSignal) {
  const failed = entities.filter(({ links }) => links["rejected"] !== undefined);
  return Promise.all(
    failed.map(async ({ entity }) => {
      const params = { path: { id, entity }, query: { limit } };
      try {
        const page = read(await manage.GET("/manage/api/executions/{id}/rejected/{entity}", { params, signal }));
        return { entity, rows: page.items };
      } catch (error) {
        // Past its retention, or in a format without cells: the errors of the run are all that is told.
        if (error instanceof Refused && error.status < 500 && error.status !== 403) return { entity, rows: [] };
        throw error;
      }
    }),
  );
}
