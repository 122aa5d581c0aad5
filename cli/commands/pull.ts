import { mkdir } from "node:fs/promises";
import path from "node:path";
import { read, type Schemas } from "../../client/api.ts";
import { type Call, command } from "../command.ts";
import type { Connection } from "../connection/connect.ts";
import { type ExitCode, exitCodes, UsageError } from "../exitCodes.ts";
import { download } from "../files/download.ts";
import { writeWhole } from "../files/safeWrite.ts";
import { unpack } from "../files/unpack.ts";
import { requireIds, requireJob } from "../messages/requireJob.ts";
import { toCount, toSize } from "../output/units.ts";

const options = {
  job: { type: "string", value: "job", help: "the export job, by its activity id or its name" },
  to: { type: "string", value: "folder", help: "where the packages are put; here without it" },
  unpack: { type: "string", value: "folder", help: "unpacks each package into a folder of its own below this one" },
  ack: { type: "boolean", help: "acknowledges each once it is on the disk; without it, it comes again later" },
  max: { type: "string", value: "n", help: "how many at most; all that wait without it" },
} as const;

const allMax = 10_000;

interface Pulled {
  readonly messageId: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly folder?: string;
  readonly entries?: readonly string[];
  readonly acknowledged: boolean;
}

export const pullCommand = command(
  {
    name: "pull",
    usage: "--job <job>",
    summary: "fetches the packages that an export job has ready",
    description:
      "A file is there whole or not at all, and is acknowledged when it is safe on the disk. A download that breaks goes on.",
    options,
    examples: [
      { line: "pull --job $JOB --ack", what: "all that wait, into this folder" },
      { line: "pull --job $JOB --to packages --unpack files --ack", what: "the packages, and the files in them" },
      { line: "pull --job $JOB --ack --json | jq -r '.messages[].file'", what: "the names of what came, for a script" },
    ],
  },
  pull,
);

async function pull(call: Call<typeof options>): Promise<ExitCode> {
  const { values, show } = call;
  const max = readMax(values.max);
  const activityId = await requireJob(call, values.job);
  const connection = await call.connect();
  const folder = path.resolve(call.folder, values.to ?? ".");
  await mkdir(folder, { recursive: true });
  const pulled: Pulled[] = [];
  try {
    while (pulled.length < max) {
      const next = await pullNext(call, connection, activityId, folder);
      if (!next) break;
      pulled.push(next);
    }
  } finally {
    call.progress.end();
    // What came before something went wrong came all the same.
    show({ job: activityId, messages: pulled }, () => toText(pulled, call.folder));
  }
  return exitCodes.done;
}

async function pullNext(
  call: Call<typeof options>,
  connection: Connection,
  activityId: string,
  folder: string,
): Promise<Pulled | undefined> {
  const { connector } = connection;
  const { signal, values } = call;
  const params = { path: { activityId } };
  const delivery = read(await connector.GET("/api/connector/dequeue/{activityId}", { params, signal }));
  if (!delivery) return undefined;
  const { messageId, url } = readLocation(delivery, connection.baseUrl);
  const file = path.join(folder, `${messageId}.zip`);
  const sizeBytes = await fetchTo(file, url, call, connection);
  const unpacked = values.unpack === undefined ? undefined : path.resolve(call.folder, values.unpack, messageId);
  if (unpacked !== undefined) await mkdir(path.dirname(unpacked), { recursive: true });
  const entries = unpacked === undefined ? undefined : await unpack(file, unpacked, signal);
  if (values.ack) {
    const { CorrelationId, PopReceipt } = delivery;
    const body = { CorrelationId, PopReceipt };
    read(await connector.POST("/api/connector/ack/{activityId}", { params, body, signal }));
  }
  const ofFolder = unpacked !== undefined && entries && { folder: unpacked, entries };
  return { messageId, file, sizeBytes, ...ofFolder, acknowledged: values.ack === true };
}

/** The token goes to no other host than the service's, whatever the answer says. */
function readLocation({ DownloadLocation }: Pick<Schemas["Delivery"], "DownloadLocation">, baseUrl: string) {
  const told = new URL(DownloadLocation, baseUrl);
  const [messageId = ""] = requireIds([told.searchParams.get("blob") ?? ""], "message");
  return { messageId, url: new URL(told.pathname + told.search, baseUrl) };
}

async function fetchTo(file: string, url: URL, call: Call<typeof options>, { fetchFile }: Connection): Promise<number> {
  const step = call.progress.begin({ name: path.basename(file) });
  try {
    const { pause, signal } = call;
    return await writeWhole(file, (handle) => download(handle, { url, ask: fetchFile, pause, signal }, step));
  } finally {
    step.done();
  }
}

function readMax(text: string | undefined): number {
  const max = text === undefined ? allMax : Number(text);
  if (Number.isInteger(max) && max >= 1 && max <= allMax) return max;
  throw new UsageError(`--max is "${text}"; it is 1 to ${allMax}.`);
}

function toText(pulled: readonly Pulled[], from: string): string {
  if (pulled.length === 0) return "Nothing waits.";
  const lines = pulled.map(({ file, sizeBytes, folder, entries, acknowledged }) =>
    [
      path.relative(from, file),
      toSize(sizeBytes),
      ...(folder !== undefined ? [`${toCount(entries?.length ?? 0, "file")} in ${path.relative(from, folder)}`] : []),
      acknowledged ? "acknowledged" : "not acknowledged: it comes again",
    ].join("  "),
  );
  return lines.join("\n");
}
