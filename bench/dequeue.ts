import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import { acknowledge, type OutboundMessage, dequeue, download, newExport } from "../shared/domain/outboundMessage.ts";
import type { Ground } from "../shared/storage/ground/ground.ts";
import { messageKey, messageValues } from "../shared/storage/messages/messageRows.ts";
import { rowChanges } from "../shared/storage/messages/rowsBeside.ts";
import { tableNames } from "../shared/storage/ground/names.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { systemIds } from "../shared/system/ids.ts";
import { exportJob, saveDefinitions } from "./definitions.ts";
import { type Figure, median } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";

const finished = 5000;
const samples = 150;
const warmUps = 40;
/** A finished message is three rows: itself, when it ended, and the CorrelationId that leads to it. */
const messagesPerTransaction = 33;
const ids = systemIds({ now: Date.now });

/** Dequeues of a job with many acknowledged messages behind it, in turn with those of a job that has none. */
export async function benchDequeue(scale: number): Promise<readonly Figure[]> {
  const [finishedCount, count] = [Math.round(finished * scale), Math.max(10, Math.round(samples * scale))];
  const service = await startService();
  try {
    const ports = openPorts(service.connectionString);
    const [job, other] = [exportJob(), exportJob()];
    await saveDefinitions(ports, [job, other]);
    await offerMessages(ports, job, 2 * warmUps + count);
    await offerMessages(ports, other, 2 * warmUps + count);
    // The first round warms up both sides of the connection.
    await timesOf(service, [job, other], warmUps);
    const [before] = await timesOf(service, [job], warmUps);
    await storeFinished(ports.ground, job, finishedCount);
    const [behind = Number.NaN, none = Number.NaN] = await timesOf(service, [job, other], count);
    const what = `dequeue with ${finishedCount.toLocaleString("en-US")} finished messages behind it`;
    return [
      ratioFigure(what, behind, "a job with none, in turn", none),
      ratioFigure(what, behind, "the same job before them", before ?? Number.NaN),
    ];
  } finally {
    await service.stop();
  }
}

function ratioFigure(what: string, value: number, limit: string, limitValue: number): Figure {
  return { what, value, unit: "ms", limit: { what: limit, value: limitValue }, target: { atMost: 1.3 * limitValue } };
}

/** The median time of each job's dequeues, taken in turn so that all of them share the load of the machine. */
async function timesOf(service: MeasuredService, jobs: readonly RecurringJob[], count: number): Promise<number[]> {
  const times = jobs.map((): number[] => []);
  for (let sample = 0; sample < count; sample += 1) {
    for (const [index, { activityId }] of jobs.entries()) {
      const started = performance.now();
      const { status } = await service.connection.send("GET", `/api/connector/dequeue/${activityId}`);
      times[index]?.push(performance.now() - started);
      if (status !== 200) throw new Error("There was nothing to dequeue.");
    }
  }
  return times.map(median);
}

function offered({ activityId }: RecurringJob): OutboundMessage {
  const now = Date.now();
  const message = newExport({ id: ids.next(), activityId, dueAt: now, enqueuedAt: now });
  return { ...message, state: "Enqueued", file: `${message.id}/1`, sizeBytes: 1000, isPointerSent: true };
}

async function offerMessages(ports: StoragePorts, job: RecurringJob, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    const message = offered(job);
    await ports.messages.insertOutbound(message);
    await ports.outbox.send(job.activityId, message.id);
  }
}

function acknowledged(job: RecurringJob): OutboundMessage {
  const dequeuedAt = Date.now();
  const [correlationId, queueItemId, popReceipt] = [ids.random(), ids.random(), ids.random()];
  const delivery = { correlationId, popReceipt, queueItemId, dequeuedAt, expiresAt: dequeuedAt + 1_800_000 };
  const downloaded = download(dequeue(offered(job), delivery), correlationId, dequeuedAt);
  return acknowledge(downloaded, correlationId, popReceipt, dequeuedAt);
}

/** The rows that a life of dequeues and acknowledgements would have left. */
async function storeFinished(ground: Ground, job: RecurringJob, count: number): Promise<void> {
  const table = ground.table(tableNames.messages);
  for (let from = 0; from < count; from += messagesPerTransaction) {
    const size = Math.min(messagesPerTransaction, count - from);
    const changes = Array.from({ length: size }, () => acknowledged(job)).flatMap((message) => [
      { kind: "insert", rowKey: messageKey(message.id), values: messageValues(message) } as const,
      ...rowChanges(undefined, message),
    ]);
    if (!(await table.transact(job.activityId, changes))) throw new Error("A finished message was there already.");
  }
}
