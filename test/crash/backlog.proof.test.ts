import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { importJob, importJobId, operator, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { look, push, recordsOf } from "../usecases/world.ts";
import { csv } from "./clients.ts";

const job: RecurringJob = { ...importJob, isOrdered: true, onHeadError: "block", attemptsMax: 1 };
/** No column is the entity's key, so that the file cannot be imported. */
const broken = "Nothing\r\n1\r\n";

let clock: SharedClock;
let ground: Ground;
let ports: Ports;
let ids: readonly string[];

async function enqueue(first: string): Promise<void> {
  clock = sharedClock();
  ground = memoryGround({ now: clock.now });
  ports = openHost(ground, clock);
  await seed(ports, [job]);
  const bodies = [first, csv("10,second,1"), csv("10,third,1")];
  const pushed: string[] = [];
  for (const body of bodies) pushed.push(await push(ports, body, {}, job));
  ids = pushed;
}

/** A host that is held up once, before its nth call to storage, for as long as `meanwhile` takes. */
function heldUp(nth: number, meanwhile: () => Promise<void>): { readonly ports: Ports; readonly calls: () => number } {
  const { ground: slow, calls } = faultyGround(ground, {
    before: async ({ index }) => {
      if (index === nth) await meanwhile();
    },
  });
  return { ports: openHost(slow, clock), calls: () => calls.length };
}

/** A host whose imports stand still right before they are committed, until they may go on. */
function stopping() {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const upsert: Ports["entities"]["upsert"] = async (...given) => {
    begun.resolve();
    await goOn.promise;
    return ports.entities.upsert(...given);
  };
  return { ports: { ...ports, entities: { ...ports.entities, upsert } }, begun: begun.promise, goOn: goOn.resolve };
}

/** A host on which imports fail by no fault of storage or file, so that their attempts are used up. */
const failing = (host: Ports): Ports => ({
  ...host,
  entities: { ...host.entities, upsert: () => Promise.reject(new Error("a defect")) },
});

async function inFlight(): Promise<readonly string[]> {
  const messages = await messagesOf(ports, importJobId);
  return messages.filter(({ state }) => state === "PreProcessing" || state === "Processing").map(({ id }) => id);
}

const blockedBy = async () => (await ports.messages.findProgress(importJobId))?.value.blockedBy;

/** Everybody else goes on: the first message fails, a person lets the job go on, and the second is in flight. */
async function goOnWithout(
  first: (host: Ports) => Promise<void>,
): Promise<ReturnType<typeof stopping> & { end: Promise<void> }> {
  clock.advance(testSettings.leaseMs);
  await first(ports);
  if ((await blockedBy()) === ids[0]) await releaseMessage(ports, importJobId, ids[0]!, operator);
  const second = stopping();
  const end = drainJob(second.ports, importJobId);
  await second.begun;
  return { ...second, end };
}

/** What was seen: while the second message is in flight and the worker has gone on, and when all has come to rest. */
async function seenAfter(second: Awaited<ReturnType<typeof goOnWithout>>): Promise<readonly unknown[]> {
  await drainJob(ports, importJobId);
  const meanwhile = [await inFlight(), await blockedBy()];
  second.goOn();
  await second.end;
  await comeToRest();
  const states = await Promise.all(ids.map(async (id) => (await look(ports, id)).message.state));
  return [...meanwhile, states.slice(1), await recordsOf(ports)];
}

/** Holds the worker up before each of its calls in turn; answers how many there are, and what was not as it should be. */
async function heldUpAtEachCall(first: string, worker: (host: Ports) => Promise<void>) {
  const problems: unknown[] = [];
  for (let nth = 0; ; nth++) {
    await enqueue(first);
    let second: Awaited<ReturnType<typeof goOnWithout>> | undefined;
    const host = heldUp(nth, async () => void (second = await goOnWithout(worker)));
    await worker(host.ports);
    if (!second) return { calls: nth, problems };
    const seen = await seenAfter(second);
    const right = [[ids[1]], undefined, ["Processed", "Processed"], [["10", "third", "", "1"]]];
    if (!isDeepStrictEqual(seen, right)) problems.push({ nth, seen, right });
  }
}

async function comeToRest(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    clock.advance(2 * testSettings.leaseMs);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);
  }
}

describe("a worker of an ordered job that is held up past its lease, before any of its calls to storage,", () => {
  test("neither holds the job up behind a message that was released, nor begins one beside that in flight", async () => {
    const { calls, problems } = await heldUpAtEachCall(broken, (host) => drainJob(host, importJobId));

    expect(problems).toEqual([]);
    expect(calls).toBeGreaterThan(10);
  });

  test("neither does so when its message was parked meanwhile", async () => {
    const { calls, problems } = await heldUpAtEachCall(csv("10,first,1"), (host) =>
      drainJob(failing(host), importJobId).catch(() => undefined),
    );

    expect(problems).toEqual([]);
    expect(calls).toBeGreaterThan(20);
  });
});
