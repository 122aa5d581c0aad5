import { describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { Unavailable } from "../../shared/ports/unavailable.ts";
import { type MemoryGround, memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { exportJob, importJob, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf, orderProblems, unfinished } from "../support/invariants.ts";
import { push, recordsOf } from "../usecases/world.ts";
import { change, csv } from "./clients.ts";

const second = 1000;
const outageMs = 170 * second;
const tickMs = 60 * second;
const upkeepMs = 5 * tickMs;
const filesMax = 40;

interface Place {
  readonly clock: SharedClock;
  readonly ground: MemoryGround;
  /** Of a process whose storage may be out. */
  readonly host: Ports;
  readonly sound: Ports;
  readonly job: RecurringJob;
}

/** From the nth call of the host on, the calls that `fails` names are refused for as long as the outage lasts. */
async function placeWithOutage(job: RecurringJob, nth: number, fails: (what: string) => boolean): Promise<Place> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const sound = openHost(ground, clock);
  await seed(sound, [job]);
  await scheduleJob(sound, job, undefined);
  let until: number | undefined;
  const { ground: failing } = faultyGround(ground, {
    before: ({ index, what }) => {
      if (index === nth) until = clock.now() + outageMs;
      if (until !== undefined && clock.now() < until && fails(what)) throw new Unavailable(`503: ${what}`);
    },
  });
  return { clock, ground, sound, job, host: openHost(failing, clock) };
}

/** Timers and queue as on Azure, in steps of five seconds, until nothing is left to do. */
async function run({ clock, ground, host, sound, job }: Place): Promise<readonly string[]> {
  const scene = { ports: sound, ground, jobs: [job] };
  for (let passedMs = 0; passedMs < 40 * tickMs; passedMs += 5 * second) {
    if (passedMs % tickMs === 0) await startDueJobs(host).catch(() => undefined);
    if (passedMs % upkeepMs === 0) await keepUp(host).catch(() => undefined);
    await deliverWork(host, ground, () => false);
    clock.advance(5 * second);
  }
  return unfinished(scene);
}

const kinds: readonly (readonly [string, (what: string) => boolean])[] = [
  ["all storage", () => true],
  ["the blobs", (what) => what.startsWith("blobs")],
  ["the payloads", (what) => what.startsWith("blobs inbound")],
  ["the entity store", (what) => what.startsWith("blobs entities")],
  ["the tables", (what) => what.startsWith("table")],
  ["the queues", (what) => what.startsWith("queue")],
];
/** Where it begins: before the first run, and at several places in the midst of files. */
const places = [0, 100, 133, 177, 211];

describe.each(kinds)("an outage of %s for 170 seconds", (_what, fails) => {
  test.each(places)("that begins at call %i parks no file of an ordered job, and none passes another", async (nth) => {
    const job: RecurringJob = { ...importJob, isOrdered: true };
    const place = await placeWithOutage(job, nth, fails);
    const names = Array.from({ length: filesMax }, (_, index) => `file ${index + 1}`);
    for (const name of names) await push(place.sound, csv(`10,${name},1`), {}, job);

    const left = await run(place);

    const messages = await messagesOf(place.sound, job.activityId);
    expect(left).toEqual([]);
    expect(messages.map(({ state }) => state)).toEqual(names.map(() => "Processed"));
    expect(await orderProblems({ ports: place.sound, ground: place.ground, jobs: [job] })).toEqual([]);
    expect(await recordsOf(place.sound)).toEqual([["10", names.at(-1), "", "1"]]);
    expect(messages.filter(({ attempts }) => attempts !== 1)).toEqual([]);
  });

  test.each(places)("that begins at call %i parks no file of an unordered job", async (nth) => {
    const place = await placeWithOutage(importJob, nth, fails);
    for (let file = 1; file <= filesMax; file++) await push(place.sound, csv(`${file},a,1`), {}, importJob);

    const left = await run(place);

    const messages = await messagesOf(place.sound, importJob.activityId);
    expect(left).toEqual([]);
    expect(messages.filter(({ state, attempts }) => state !== "Processed" || attempts !== 1)).toEqual([]);
    expect(await recordsOf(place.sound)).toHaveLength(filesMax);
  });

  test.each([0, 20, 30, 40, 50])("that begins at call %i fails no export", async (nth) => {
    const place = await placeWithOutage({ ...exportJob, attemptsMax: 1 }, nth, fails);
    await change({ ports: () => place.sound } as never, "c1", ["10", "one"]);

    const left = await run(place);

    const messages = await messagesOf(place.sound, exportJob.activityId);
    expect(left).toEqual([]);
    expect(messages.filter(({ state }) => state === "PostProcessingError")).toEqual([]);
    expect(messages.filter(({ state }) => state === "Enqueued")).toHaveLength(1);
  });
});
