import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports, Settings } from "../../shared/ports.ts";
import type { Log } from "../../shared/ports/events.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { type MemoryGround, memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { containerNames, queueNames } from "../../shared/storage/ground/names.ts";
import type { TransformedDocument, Transformer } from "../../shared/ports/transformer.ts";
import { workerTransformer } from "../../shared/xslt/workerTransformer.ts";
import { stagedRowStores } from "../../shared/storage/entityStore/stagedRowStores.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { systemIds } from "../../shared/system/ids.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { seed } from "./definitions.ts";
import { noon, testSettings } from "./memoryPorts.ts";
import { hesitantCourier } from "./courier.ts";
import { withoutRest } from "./pace.ts";

/** A clock that several hosts share and that stands still until somebody moves it. */
export interface SharedClock {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

export function sharedClock(): SharedClock {
  let now = noon;
  return { now: () => now, advance: (ms) => void (now += ms) };
}

/** So small that a few records spill, that every commit has segments, and that the upkeep has large layers to merge. */
const stagingLimits = { bufferBytes: 60, frameBytes: 60, readAheadBytes: 400, batchRecords: 2, spillsMax: 2 };
const entityLimits = {
  frameBytes: 60,
  segmentBytes: 120,
  batchRecords: 2,
  tinyLayerBytes: 10,
  smallLayerBytes: 20,
  layersMax: 2,
  recentCommitsMax: 2,
};

/** What stylesheets make of a document is the same each time, and a worker for each of some hundred runs takes long. */
const transformer = remembering(workerTransformer());

function remembering(worker: Transformer): Transformer {
  const known = new Map<string, Promise<TransformedDocument>>();
  return {
    ...worker,
    transform(stylesheets, document) {
      const asked = JSON.stringify([stylesheets, Buffer.from(document).toString("base64")]);
      const made = known.get(asked) ?? worker.transform(stylesheets, document);
      known.set(asked, made);
      return made;
    },
  };
}

/** One process of the service on a ground that others may share; what it holds in memory ends with it. */
export function openHost(ground: Ground, clock: SharedClock, settings: Partial<Settings> = {}): Ports {
  const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const entities = ground.blobs(containerNames.entities);
  const wait = (): Promise<void> => Promise.resolve();
  return {
    ...storagePorts(ground, clock),
    clock,
    ids: systemIds(clock),
    log: silent,
    settings: { ...testSettings, ...settings },
    startPace: withoutRest,
    lineSlots: slotsOf(1),
    deliverySlots: slotsOf(1),
    courier: hesitantCourier(clock),
    entities: blobEntityStore(entities, { now: clock.now, wait, limits: entityLimits, startPace: withoutRest }),
    staging: blobStaging(ground.blobs(containerNames.staging), { limits: stagingLimits, startPace: withoutRest }),
    transformer,
    stagedRows: stagedRowStores(ground.blobs(containerNames.staging), {
      now: clock.now,
      wait,
      limits: entityLimits,
      startPace: withoutRest,
    }),
  };
}

/** A ground with its clock, and a host on it. */
export interface Place {
  readonly ground: MemoryGround;
  readonly clock: SharedClock;
  readonly ports: Ports;
}

/** An empty one but for the definitions, all of their jobs or these. */
export async function openPlace(jobs?: readonly RecurringJob[]): Promise<Place> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const ports = openHost(ground, clock);
  await seed(ports, jobs);
  return { ground, clock, ports };
}

/** As host.json says. */
const deliveriesMax = 5;
const hiddenAfterFailureMs = 10_000;
const hiddenWhileAtWorkMs = 600_000;
const piecesMax = 500;

/**
 * Delivers what is visible on the work queue, as the Functions host does: what throws comes back later, and what threw
 * too often is abandoned. A process that died takes its piece of work with it until the host's own lease ends.
 */
export async function deliverWork(ports: Ports, ground: Ground, isDead: () => boolean): Promise<void> {
  const queue = ground.queue(queueNames.work);
  for (let pieces = 0; pieces < piecesMax; pieces++) {
    const [item] = await queue.receive(1, hiddenWhileAtWorkMs);
    if (!item) return;
    const work = parseWork(item.text);
    try {
      await (item.dequeueCount > deliveriesMax ? abandonWork(ports, work) : doWork(ports, work));
      if (isDead()) throw new Error("The process has ended.");
      await queue.remove(item.id, item.popReceipt);
    } catch (error) {
      if (isDead()) throw error;
      await queue.hide(item.id, item.popReceipt, hiddenAfterFailureMs);
    }
  }
  throw new Error(`There was still work after ${piecesMax} pieces.`);
}

/** The pieces of work on the queue, hidden ones included. */
export function countWork(ground: MemoryGround): number {
  return ground.queue(queueNames.work).size();
}
