import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import { type Call, command } from "../command.ts";
import { type ExitCode, exitCodes, UsageError, worstOf } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import { atOnce } from "../files/atOnce.ts";
import { enqueueFile } from "../files/enqueueFile.ts";
import { blocksFromBytes, hashOf, sendInBlocks } from "../files/sendInBlocks.ts";
import { awaitEnd, readTimeout } from "../messages/awaitEnd.ts";
import { lookAsClient, type Standing, toStandingText } from "../messages/standing.ts";
import { requireJob } from "../messages/requireJob.ts";
import { toCount } from "../output/units.ts";

const options = {
  job: { type: "string", value: "job", help: "the import job, by its activity id or its name" },
  entity: { type: "string", value: "name", help: "the data entity of the files, where the job has several" },
  company: { type: "string", value: "id", help: "the legal entity, where the job takes it from the message" },
  watch: { type: "boolean", short: "w", help: "waits until all are processed, and shows the rows that were rejected" },
  timeout: { type: "string", value: "seconds", help: "with --watch: how long to wait at most" },
  once: { type: "boolean", help: "a file that was sent like this before is not imported a second time" },
  whole: { type: "boolean", help: "large files in one piece as well, as where storage cannot be reached from here" },
  "at-once": { type: "string", value: "n", help: "how many files go at a time; 4 without it" },
} as const;

interface File {
  readonly file: string;
  readonly path: string;
  readonly sizeBytes: number;
}

interface Sent {
  readonly file: string;
  readonly messageId?: string;
  readonly standing?: Standing;
  readonly error?: string;
  readonly exitCode: ExitCode;
}

export const sendCommand = command(
  {
    name: "send",
    usage: "FILE… --job <job>",
    summary: "sends files to an import job, several at once",
    description:
      "Each file becomes a message. A call whose answer is lost is repeated, and makes no second message. What is larger than 32 MB goes in blocks, straight to storage; with --once a later call goes on where one was cut off.",
    options,
    examples: [
      {
        line: "send vendors.csv --job 00000000-0000-4000-8000-000000000001 --watch",
        what: "a file, and what became of it",
      },
      {
        line: "send out/*.csv --job $JOB --entity 'Customer groups' --once",
        what: "what is new in a folder, in a script that may run twice",
      },
      {
        line: "send package.zip --job 'Packages in' --watch --json",
        what: "a data package, and the outcome for a script",
      },
    ],
  },
  send,
);

async function send(call: Call<typeof options>): Promise<ExitCode> {
  const { values, positionals, progress, show } = call;
  if (positionals.length === 0) throw new UsageError("Which files? recurring-integrations send FILE… --job <job>");
  const timeoutMs = readTimeout(values.timeout);
  const max = readAtOnce(values["at-once"]);
  const files = await Promise.all(positionals.map((file) => findFile(file, call.folder)));
  const activityId = await requireJob(call, values.job);
  const connection = await call.connect();
  const sent = await atOnce(files, max, async (file): Promise<Sent> => {
    try {
      const messageId = await sendOne(file, activityId, call, connection);
      if (!values.watch) return { file: file.file, messageId, exitCode: exitCodes.done };
      const look = lookAsClient(connection.connector, activityId);
      const standing = await awaitEnd({ id: messageId, name: file.file }, look, call, timeoutMs);
      return { file: file.file, messageId, standing, exitCode: standing.isGood ? exitCodes.done : exitCodes.failed };
    } catch (error) {
      const { exitCode, message } = failureOf(error, call.signal);
      return { file: file.file, error: message, exitCode };
    }
  });
  progress.end();
  show({ job: activityId, files: sent.map(toResult) }, () => [...sent.map(toText), toSum(sent)].join("\n"));
  return worstOf(sent.map(({ exitCode }) => exitCode));
}

async function sendOne(
  { file, path: place, sizeBytes }: File,
  activityId: string,
  call: Call<typeof options>,
  { baseUrl, fetchFile, connector }: Awaited<ReturnType<Call["connect"]>>,
): Promise<string> {
  const { entity, company, once, whole } = call.values;
  const key = once ? await keyOf(place) : randomUUID();
  const step = call.progress.begin({ name: file, of: sizeBytes });
  try {
    const { pause, signal } = call;
    const sent = { file: place, activityId, entity, company, key };
    if (sizeBytes > blocksFromBytes && !whole) {
      return await sendInBlocks(sent, { connector, ask: call.fetch, pause, signal }, step);
    }
    return await enqueueFile(sent, { baseUrl, ask: fetchFile, pause, signal }, step);
  } finally {
    step.done();
  }
}

/** The bytes name the message: whoever sends them again, on another day or machine, means the same. */
async function keyOf(file: string): Promise<string> {
  return `sha256-${await hashOf(file)}`;
}

async function findFile(file: string, folder: string): Promise<File> {
  const place = path.resolve(folder, file);
  const facts = await stat(place).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read.`, { cause: error });
  });
  if (!facts.isFile()) throw new UsageError(`${file} is no file.`);
  if (facts.size === 0) throw new UsageError(`${file} is empty.`);
  return { file, path: place, sizeBytes: facts.size };
}

function readAtOnce(text = "4"): number {
  if (/^(?:[1-9]|1\d|20)$/.test(text)) return Number(text);
  throw new UsageError(`--at-once is "${text}"; it is 1 to 20.`);
}

function toResult({ file, messageId, standing, error }: Sent): object {
  const told = standing && { state: standing.state, entities: standing.entities, log: standing.log };
  return { file, ...(messageId !== undefined && { messageId }), ...told, ...(error !== undefined && { error }) };
}

function toText({ file, messageId, standing, error }: Sent): string {
  if (error !== undefined) return `${file}  ${error.replaceAll("\n", "\n  ")}`;
  return standing ? toStandingText(standing, file) : `${file}  ${messageId}`;
}

function toSum(sent: readonly Sent[]): string {
  const good = sent.filter(({ exitCode }) => exitCode === exitCodes.done).length;
  return good === sent.length
    ? `${toCount(good, "file")} sent.`
    : `${good} of ${toCount(sent.length, "file")} went well.`;
}
