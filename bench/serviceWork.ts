/** What a client and a schedule do to the running service, and what it costs the service. */
import { createReadStream } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import type { Cost } from "./cost.ts";
import { runNow } from "./definitions.ts";
import { customers } from "./records.ts";
import type { MeasuredService } from "./serviceProcess.ts";

const pollMs = 50;
const knownMessagesMax = 100;

export interface ImportCost extends Cost {
  readonly enqueueCpuSeconds: number;
  /** From the run's start on, without the enqueue. */
  readonly runCpuSeconds: number;
  readonly runMainThreadSeconds: number;
  /** As its execution says: not the wait for the work queue, at which a host looks up to each second. */
  readonly runWallSeconds: number;
}

type Body = Uint8Array | AsyncIterable<Uint8Array>;

/** From the first byte of the enqueue to the state Processed. */
export async function importFile(
  service: MeasuredService,
  ports: StoragePorts,
  job: RecurringJob,
  file: string,
): Promise<ImportCost> {
  let enqueueCpuSeconds = 0;
  let mainThreadSeconds = 0;
  let runWallSeconds = 0;
  const cost = await measured(service, async (passed) => {
    const messageId = await enqueue(service, job, createReadStream(file, { highWaterMark: 1024 * 1024 }));
    enqueueCpuSeconds = await passed();
    mainThreadSeconds = await service.mainThreadSeconds();
    await runNow(ports, job.activityId);
    runWallSeconds = await secondsOf(ports, await processed(ports, job, messageId));
  });
  const runMainThreadSeconds = (await service.mainThreadSeconds()) - mainThreadSeconds;
  const runCpuSeconds = cost.cpuSeconds - enqueueCpuSeconds;
  return { ...cost, enqueueCpuSeconds, runCpuSeconds, runMainThreadSeconds, runWallSeconds };
}

async function secondsOf(ports: StoragePorts, executionId: string | undefined): Promise<number> {
  const execution = await ports.executions.find(executionId ?? "");
  return ((execution?.finishedAt ?? Number.NaN) - (execution?.startedAt ?? Number.NaN)) / 1000;
}

/** The run alone, of messages that were enqueued before. */
export async function importFiles(
  service: MeasuredService,
  ports: StoragePorts,
  job: RecurringJob,
  bodies: Iterable<Body>,
): Promise<Cost> {
  const messageIds: string[] = [];
  for (const body of bodies) messageIds.push(await enqueue(service, job, body));
  return measured(service, async () => {
    await runNow(ports, job.activityId);
    for (const messageId of messageIds) await processed(ports, job, messageId);
  });
}

/** From "run now" to the pointer on the job's queue. Throws when the package does not hold `records`. */
export async function exportRecords(
  service: MeasuredService,
  ports: StoragePorts,
  job: RecurringJob,
  records: number,
): Promise<Cost> {
  const listed = async () => (await ports.messages.list(job.activityId, { limit: knownMessagesMax })).items;
  const known = new Set((await listed()).map(({ id }) => id));
  return measured(service, async () => {
    await runNow(ports, job.activityId);
    for (;;) {
      const message = (await listed()).find(({ id }) => !known.has(id));
      if (message?.lastError !== undefined) throw new Error(`The export failed: ${message.lastError}`);
      if (message?.direction === "export" && message.isPointerSent) {
        if (message.totalRecords === records) return;
        throw new Error(`The export holds ${message.totalRecords} of ${records} records.`);
      }
      await setTimeout(pollMs);
    }
  });
}

/** What some work costs the service. */
export async function measured(
  service: MeasuredService,
  work: (passed: () => Promise<number>) => Promise<void>,
): Promise<Cost> {
  await service.forgetPeak();
  const [startedAt, cpuSeconds] = [performance.now(), await service.cpuSeconds()];
  const passed = async (): Promise<number> => (await service.cpuSeconds()) - cpuSeconds;
  await work(passed);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  return { wallSeconds, cpuSeconds: await passed(), peakMegabytes: await service.peakMegabytes() };
}

async function enqueue({ connection }: MeasuredService, job: RecurringJob, body: Body): Promise<string> {
  const path = `/api/connector/enqueue/${job.activityId}?entity=${encodeURIComponent(customers.name)}`;
  return JSON.parse((await connection.send("POST", path, body)).text);
}

/** Answers the execution that did it. */
async function processed(
  ports: StoragePorts,
  { activityId }: RecurringJob,
  messageId: string,
): Promise<string | undefined> {
  for (;;) {
    const message = await ports.messages.findInbound(activityId, messageId);
    if (message?.value.state === "Processed") return message.value.executionId;
    if (message?.value.lastError !== undefined) throw new Error(`The import failed: ${message.value.lastError}`);
    await setTimeout(pollMs);
  }
}
