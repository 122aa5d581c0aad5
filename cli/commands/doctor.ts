import { type Call, command } from "../command.ts";
import { locate } from "../connection/connect.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookAtJob } from "../doctor/lookAtJob.ts";
import { lookAtService } from "../doctor/lookAtService.ts";
import { lookAtToken } from "../doctor/lookAtToken.ts";
import { lookAtRole, lookAtStorage, lookAtTimers, lookAtTimeZones } from "../doctor/lookInside.ts";
import { type ExitCode, exitCodes, UsageError, worstOf } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import { requireJob } from "../messages/requireJob.ts";

const options = {
  job: { type: "string", value: "job", help: "looks whether files can be exchanged with this job, too" },
} as const;

export const doctorCommand = command(
  {
    name: "doctor",
    usage: "[--job <job>]",
    summary: "says what is wrong with address, token, roles, clock, storage or time zone, and how to mend it",
    description: "Changes nothing, and shows no secret.",
    options,
    examples: [
      { line: "doctor", what: "the service that runs here, or that the environment names" },
      {
        line: "doctor --job $JOB --json | jq '.findings[] | select(.is == \"wrong\")'",
        what: "whether a client can start, for a script",
      },
    ],
  },
  async (call) => {
    const findings: Finding[] = [];
    for await (const finding of look(call)) findings.push(finding);
    call.show({ findings }, () => findings.map((finding) => toLine(finding, call.hasColors)).join("\n"));
    return worstOf(findings.map(({ exitCode = exitCodes.done }): ExitCode => exitCode));
  },
);

/** One look after another; what stands on something that is wrong is not looked at. */
async function* look(call: Call<typeof options>): AsyncGenerator<Finding> {
  const { signal } = call;
  const located = await locateOrTell(call);
  if ("check" in located) return yield located;
  yield { check: "configuration", is: "well", what: `${located.baseUrl}${located.running ? ", which runs here" : ""}` };
  const service = await lookAtService(located.baseUrl, call);
  yield* service;
  if (service.some(({ check, is }) => check === "service" && is === "wrong")) return;
  const connection = await call.connect().catch((error: unknown): Finding => toConfiguration(error, signal));
  if ("check" in connection) return yield connection;
  const { finding, claims } = await lookAtToken(connection.tokens("manage"), call);
  yield finding;
  if (!claims) return;
  const role = await lookAtRole(connection, claims, signal);
  yield role;
  if (role.is === "wrong") return;
  if (role.is === "well") {
    const { finding: storage, jobs } = await lookAtStorage(connection, signal);
    yield storage;
    if (storage.is === "wrong") return;
    yield await lookAtTimers(connection, signal);
    yield* lookAtTimeZones(jobs, call.now());
  }
  if (call.values.job === undefined) return;
  const job = await findJob(call);
  if (typeof job !== "string") return yield job;
  const client = await lookAtToken(connection.tokens("connector"), call);
  yield await lookAtJob(connection, job, client.claims?.applicationId, signal);
}

async function findJob(call: Call<typeof options>): Promise<string | Finding> {
  try {
    return await requireJob(call, call.values.job);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { check: "job", is: "wrong", what: error.message, exitCode: exitCodes.usage };
  }
}

async function locateOrTell(call: Call<typeof options>) {
  try {
    return await locate(call.values, call);
  } catch (error) {
    return toConfiguration(error, call.signal);
  }
}

function toConfiguration(error: unknown, signal: AbortSignal): Finding {
  if (signal.aborted) throw error;
  const { message, exitCode } = failureOf(error, signal);
  const mend =
    error instanceof UsageError
      ? "recurring-integrations doctor --help tells the options and variables."
      : "Look at the address.";
  return { check: "configuration", is: "wrong", what: message, mend, exitCode };
}

const colors = { well: 32, noted: 33, wrong: 31 } as const;

function toLine({ check, is, what, mend }: Finding, hasColors: boolean): string {
  const mark = is.padEnd(5);
  const shown = hasColors ? `\u001b[${colors[is]}m${mark}\u001b[39m` : mark;
  return `${shown}  ${check.padEnd(13)}  ${what}${mend === undefined ? "" : `\n${" ".repeat(22)}${mend}`}`;
}
