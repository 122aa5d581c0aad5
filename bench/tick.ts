import { startAzurite } from "../local/azurite.ts";
import type { Recurrence } from "../shared/domain/recurrence.ts";
import type { Ports } from "../shared/ports.ts";
import { progressFrom, nextDue } from "../shared/schedule/dueTimes.ts";
import { createCourier } from "../shared/courier/courier.ts";
import { blobEntityStore } from "../shared/storage/entityStore/blobEntityStore.ts";
import { containerNames } from "../shared/storage/ground/names.ts";
import { workerTransformer } from "../shared/xslt/workerTransformer.ts";
import { stagedRowStores } from "../shared/storage/entityStore/stagedRowStores.ts";
import { blobStaging } from "../shared/storage/staging/blobStaging.ts";
import { startPace } from "../shared/ports/pace.ts";
import { slotsOf } from "../shared/ports/slots.ts";
import { systemIds } from "../shared/system/ids.ts";
import { startDueJobs } from "../shared/usecases/recurrence/startDueJobs.ts";
import { importJob, saveDefinitions, saveJob } from "./definitions.ts";
import { type Figure, median } from "./figure.ts";
import { openPorts } from "./ground.ts";

const jobCount = 10_000;
const dueCount = 10;
const rounds = 25;
const warmUps = 5;
const savesAtOnce = 16;
const minuteMs = 60_000;

/** A clock that each tick moves on by a minute, so that the jobs of every minute are due again. */
interface TickGround {
  readonly ports: Ports;
  readonly forward: () => void;
  readonly stop: () => Promise<void>;
}

/** One tick that finds ten jobs due, among ten jobs and among ten thousand, in turn, each on an Azurite of its own. */
export async function benchTick(scale: number): Promise<readonly Figure[]> {
  const count = Math.max(dueCount, Math.round(jobCount * scale));
  await using stack = new AsyncDisposableStack();
  const [few, many] = [await openGround(dueCount), await openGround(count)];
  stack.defer(few.stop);
  stack.defer(many.stop);
  const times: { readonly few: number; readonly many: number }[] = [];
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const time = { few: await timeTick(few), many: await timeTick(many) };
    if (round >= warmUps) times.push(time);
  }
  const [fewMs, manyMs] = [median(times.map((time) => time.few)), median(times.map((time) => time.many))];
  return [
    {
      what: `tick with ${count.toLocaleString("en-US")} jobs, ${dueCount} of them due`,
      value: manyMs,
      unit: "ms",
      limit: { what: `with ${dueCount} jobs, all due`, value: fewMs },
      target: { atMost: 2 * fewMs },
    },
  ];
}

async function timeTick({ ports, forward }: TickGround): Promise<number> {
  forward();
  const started = performance.now();
  const startedJobs = await startDueJobs(ports);
  const timeMs = performance.now() - started;
  if (startedJobs !== dueCount) throw new Error(`The tick found ${startedJobs} due jobs instead of ${dueCount}.`);
  return timeMs;
}

async function openGround(count: number): Promise<TickGround> {
  const azurite = await startAzurite();
  let now = Date.now();
  const ports = composePorts(azurite.connectionString, () => now);
  await saveDefinitions(ports, []);
  await saveJobs(ports, count, now);
  return { ports, forward: () => (now += minuteMs), stop: () => azurite.stop() };
}

function composePorts(connectionString: string, now: () => number): Ports {
  const { ground, ...stores } = openPorts(connectionString);
  const silent = (): void => undefined;
  const day = 24 * 60 * minuteMs;
  return {
    ...stores,
    clock: { now },
    ids: systemIds({ now }),
    startPace,
    lineSlots: slotsOf(0),
    deliverySlots: slotsOf(0),
    courier: createCourier({ mayBeLocal: false, eventGridToken: () => Promise.resolve("") }),
    log: { info: silent, warn: silent, error: (event, _, error) => console.error(event, error) },
    entities: blobEntityStore(ground.blobs(containerNames.entities)),
    staging: blobStaging(ground.blobs(containerNames.staging)),
    stagedRows: stagedRowStores(ground.blobs(containerNames.staging)),
    transformer: workerTransformer(),
    settings: {
      leaseMs: 4 * minuteMs,
      resendAfterMs: 10 * minuteMs,
      retentionMs: 7 * day,
      auditRetentionMs: 90 * day,
      orphanAfterMs: 60 * minuteMs,
      bodyBytesMax: 256 * 1024 * 1024,
      uploadBytesMax: 256 * 1024 * 1024,
      uploadMs: day,
      dueJobsPerTickMax: 500,
      missedRunsMax: 24,
      isDraining: false,
    },
  };
}

async function saveJobs(ports: Ports, count: number, now: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await saveScheduled(ports, next++ < dueCount ? everyMinute(now) : everyYear(now), now);
  };
  await Promise.all(Array.from({ length: savesAtOnce }, work));
}

async function saveScheduled(ports: Ports, processingRecurrence: Recurrence, now: number): Promise<void> {
  const job = { ...importJob(), processingRecurrence };
  await saveJob(ports, job);
  const progress = progressFrom(processingRecurrence, now);
  const nextDueAt = nextDue(processingRecurrence, progress);
  if (nextDueAt === undefined) throw new Error("A job of the benchmark is never due.");
  await ports.schedules.save("processing", { activityId: job.activityId, ...progress, nextDueAt }, undefined);
}

function everyMinute(now: number): Recurrence {
  return recurrence("minute", now + 1000);
}

function everyYear(now: number): Recurrence {
  return recurrence("year", now + 30 * 24 * 60 * minuteMs);
}

function recurrence(frequency: "minute" | "year", startMs: number): Recurrence {
  const start = new Date(startMs).toISOString().slice(0, 19);
  return { start, timeZone: "UTC", frequency, interval: 1, end: { kind: "never" } };
}
