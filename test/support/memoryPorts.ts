import { blockIdOf } from "../../shared/domain/blockUpload.ts";
import type { Ports, Settings } from "../../shared/ports.ts";
import type { Log } from "../../shared/ports/events.ts";
import type { Work } from "../../shared/ports/workQueue.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import type { EntityStoreLimits } from "../../shared/storage/entityStore/limits.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { containerNames, queueNames } from "../../shared/storage/ground/names.ts";
import { workerTransformer } from "../../shared/xslt/workerTransformer.ts";
import { stagedRowStores } from "../../shared/storage/entityStore/stagedRowStores.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { systemIds } from "../../shared/system/ids.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import type { StartPace } from "../../shared/ports/pace.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { noCourier } from "./courier.ts";
import { withoutRest } from "./pace.ts";

export const noon = Date.UTC(2026, 10, 24, 12);
const day = 24 * 60 * 60_000;

export const testSettings: Settings = {
  leaseMs: 60_000,
  resendAfterMs: 10 * 60_000,
  retentionMs: 7 * day,
  auditRetentionMs: 90 * day,
  orphanAfterMs: 60 * 60_000,
  bodyBytesMax: 10 * 1024 * 1024,
  uploadBytesMax: 100 * 1024 * 1024,
  uploadMs: day,
  dueJobsPerTickMax: 500,
  missedRunsMax: 24,
  isDraining: false,
};

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The whole service in memory, with a clock that stands still until somebody moves it. */
export interface TestPorts extends Ports {
  readonly ground: Ground;
  /** The pieces of work on the queue, hidden ones included. */
  readonly countWork: () => number;
  /** Puts a block of an upload as its client does; false where the address has ended. */
  readonly putBlock: (address: string, index: number, bytes: Uint8Array) => boolean;
  readonly logged: LogLine[];
  advance(ms: number): void;
  /** Does all work that waits, and what follows from it, on ports that may do otherwise; answers what was done. A piece that throws is thrown. */
  drain(changes?: Partial<Ports>): Promise<readonly Work[]>;
}

const piecesMax = 1000;

export function memoryPorts(
  settings: Partial<Settings> = {},
  decorate = (ground: Ground): Ground => ground,
  limits: Partial<EntityStoreLimits> = {},
  startPace: StartPace = withoutRest,
): TestPorts {
  let now = noon;
  const clock = { now: () => now };
  const memory = memoryGround({ now: clock.now });
  const ground = decorate(memory);
  const logged: LogLine[] = [];
  const write =
    (level: LogLine["level"]): Log["error"] =>
    (event, facts, error) =>
      void logged.push({
        level,
        event,
        facts: {
          ...facts,
          ...(error === undefined ? {} : { error: error instanceof Error ? error.message : "unknown" }),
        },
      });
  const ports: Ports = {
    ...storagePorts(ground, clock),
    clock,
    ids: systemIds(clock),
    log: { info: write("info"), warn: write("warn"), error: write("error") },
    settings: { ...testSettings, ...settings },
    startPace,
    lineSlots: slotsOf(1),
    deliverySlots: slotsOf(1),
    courier: noCourier,
    entities: blobEntityStore(ground.blobs(containerNames.entities), {
      now: clock.now,
      wait: () => Promise.resolve(),
      startPace,
      limits,
    }),
    staging: blobStaging(ground.blobs(containerNames.staging), { startPace }),
    transformer: workerTransformer(),
    stagedRows: stagedRowStores(ground.blobs(containerNames.staging), {
      now: clock.now,
      wait: () => Promise.resolve(),
      startPace,
    }),
  };
  return {
    ...ports,
    ground,
    logged,
    advance: (ms) => void (now += ms),
    drain: (changes) => drain({ ...ports, ...changes }, ground),
    putBlock: (address, index, bytes) =>
      memory.valet(containerNames.uploads).putBlock(address, blockIdOf(index), bytes),
    countWork: () => memory.queue(queueNames.work).size(),
  };
}

async function drain(ports: Ports, ground: Ground): Promise<readonly Work[]> {
  const queue = ground.queue(queueNames.work);
  const done: Work[] = [];
  while (done.length < piecesMax) {
    const [item] = await queue.receive(1, 600_000);
    if (!item) return done;
    const work = parseWork(item.text);
    await doWork(ports, work);
    await queue.remove(item.id, item.popReceipt);
    done.push(work);
  }
  throw new Error(`There was still work after ${piecesMax} pieces.`);
}
