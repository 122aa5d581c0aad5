import { createHash, randomUUID } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { acceptMessage } from "../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import { messageKey, messageValues } from "../shared/storage/messages/messageRows.ts";
import { rowChanges } from "../shared/storage/messages/rowsBeside.ts";
import { nameKey } from "../shared/storage/rows/keys.ts";
import { containerNames, tableNames } from "../shared/storage/ground/names.ts";
import { systemIds } from "../shared/system/ids.ts";
import { company, importJob, projects, saveDefinitions } from "./definitions.ts";
import { type Figure, median } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { csvChunks, customers } from "./records.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";

const atOnce = 8;
const bodyBytes = 4096;
const rounds = 9;
const perRound = 400;

type Send = () => Promise<unknown>;

interface Rates {
  readonly enqueue: number;
  readonly whole: number;
  readonly lean: number;
}

/** Small files, eight at once over HTTP, beside the bare calls of storage that each of them needs. */
export async function benchEnqueue(scale: number): Promise<readonly Figure[]> {
  const service = await startService();
  try {
    const job = importJob();
    await saveDefinitions(openPorts(service.connectionString), [job]);
    const body = new Uint8Array(Buffer.concat([...csvChunks(30)]).subarray(0, bodyBytes));
    const enqueue = toEnqueue(service, job, body);
    const { whole, lean } = bareCalls(service.connectionString, job, body);
    const count = Math.max(atOnce, Math.round(perRound * scale));
    for (const warmUp of [enqueue, whole, lean]) await rateOf(warmUp, count);
    const rates: Rates[] = [];
    for (let round = 0; round < rounds; round += 1) {
      rates.push({
        enqueue: await rateOf(enqueue, count),
        whole: await rateOf(whole, count),
        lean: await rateOf(lean, count),
      });
    }
    const atLeast = 0.8 * median(rates.map((rate) => rate.whole));
    return [
      { ...toFigure(rates, "whole", "the four bare calls of one that comes alone"), target: { atLeast } },
      toFigure(rates, "lean", "the two bare calls of one in a row"),
    ];
  } finally {
    await service.stop();
  }
}

/** The median of the ratios: neighbours in time share the load of the machine. */
function toFigure(rates: readonly Rates[], bareKind: "whole" | "lean", what: string): Figure {
  const bare = median(rates.map((rate) => rate[bareKind]));
  const ratio = median(rates.map((rate) => rate.enqueue / rate[bareKind]));
  return {
    what: "enqueue of 4 KB, 8 at once",
    value: ratio * bare,
    unit: "per second",
    limit: { what, value: bare },
  };
}

/** Runs `send` so often, so many at once, and gives the rate per second. */
async function rateOf(send: Send, count: number): Promise<number> {
  const started = performance.now();
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (count * 1000) / (performance.now() - started);
}

function toEnqueue({ connection }: MeasuredService, job: RecurringJob, body: Uint8Array): Send {
  const path = `/api/connector/enqueue/${job.activityId}?entity=${encodeURIComponent(customers.name)}`;
  return () => connection.send("POST", path, body);
}

/**
 * The calls of an enqueue, by the SDK alone: the payload, and the message with its place; and the whole of one that comes
 * alone, with the rows of job and project before them.
 */
function bareCalls(connectionString: string, job: RecurringJob, body: Uint8Array) {
  const open = (name: string): TableClient =>
    TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
  const [definitions, messages] = [open(tableNames.definitions), open(tableNames.messages)];
  const inbound = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(containerNames.inbound);
  const ids = systemIds({ now: Date.now });
  const lean = async (): Promise<void> => {
    const id = ids.next();
    const metadata = { activityid: job.activityId, writer: randomUUID() };
    const transactionalContentMD5 = createHash("md5").update(body).digest();
    const conditions = { ifNoneMatch: "*" };
    await inbound.getBlockBlobClient(id).upload(body, body.length, { conditions, metadata, transactionalContentMD5 });
    await messages.submitTransaction(rowsOf(job, id, body.length).map((row) => ["create", row]));
  };
  const whole = async (): Promise<void> => {
    await definitions.getEntity("job", nameKey(job.activityId));
    await definitions.getEntity("project", nameKey(projects[0]?.name ?? ""));
    await lean();
  };
  return { whole, lean };
}

function rowsOf({ activityId }: RecurringJob, id: string, sizeBytes: number) {
  const message = acceptMessage({
    id,
    activityId,
    order: id,
    enqueuedAt: Date.now(),
    applicationId: randomUUID(),
    entity: customers.name,
    company,
    sizeBytes,
    sha256: "0".repeat(64),
  });
  const beside = rowChanges(undefined, message).map((change) => ({
    partitionKey: activityId,
    rowKey: change.rowKey,
    ...("values" in change ? change.values : {}),
  }));
  return [{ partitionKey: activityId, rowKey: messageKey(id), ...messageValues(message) }, ...beside];
}
