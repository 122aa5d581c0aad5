import type { Scheduler } from "fast-check";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Work } from "../../shared/ports/workQueue.ts";
import { type MemoryGround, memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { queueNames } from "../../shared/storage/ground/names.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { seed } from "../support/definitions.ts";
import { type GroundCall, GroundFault, faultyGround } from "../support/faultyGround.ts";
import { type Scene, loadProblems, unfinished } from "../support/invariants.ts";

/** What goes wrong in one run. */
export interface Mishaps {
  /** For each host, the call before which its process ends, or undefined. */
  readonly deaths: readonly (number | undefined)[];
  /** How far the clock moves, each time after some steps of the others. */
  readonly jumpsMs: readonly number[];
  /** Stretches in which storage answers nobody, in calls of all hosts together. */
  readonly outages?: readonly { readonly from: number; readonly calls: number }[];
}

export interface Host {
  readonly ports: Ports;
  readonly isDead: () => boolean;
}

/** Several processes of the service on one ground, whose every call to storage waits for the scheduler. */
export interface Simulation {
  readonly scheduler: Scheduler;
  readonly clock: SharedClock;
  readonly ground: MemoryGround;
  readonly hosts: readonly Host[];
  /** Whose calls neither wait nor fail: it looks, and brings all to rest in the end. */
  readonly sound: Ports;
  readonly jobs: readonly RecurringJob[];
  /** What an observer found wrong on the way. */
  readonly problems: string[];
}

type Observer = (simulation: Simulation, call: GroundCall) => Promise<void>;

export async function openSimulation(
  scheduler: Scheduler,
  jobs: readonly RecurringJob[],
  mishaps: Mishaps,
  observe: Observer,
): Promise<Simulation> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const sound = openHost(ground, clock);
  await seed(sound, jobs);
  for (const job of jobs) await scheduleJob(sound, job, undefined);
  const hosts: Host[] = [];
  const simulation: Simulation = { scheduler, clock, ground, hosts, sound, jobs, problems: [] };
  let calls = 0;
  const isOut = (call: number): boolean =>
    (mishaps.outages ?? []).some(({ from, calls: length }) => call >= from && call < from + length);
  for (const [index, death] of mishaps.deaths.entries()) {
    const faulty = faultyGround(ground, {
      ...(death === undefined ? {} : { dieBefore: death }),
      before: async (call) => {
        await scheduler.schedule(Promise.resolve(), `host ${index}: ${call.what}`);
        if (isOut(calls++)) throw new GroundFault("Storage is out", call);
      },
      after: (call) => observe(simulation, call),
    });
    hosts.push({ ports: openHost(faulty.ground, clock), isDead: faulty.isDead });
  }
  return simulation;
}

/** One step of an actor that calls no storage. */
export async function step({ scheduler }: Simulation, what: string): Promise<void> {
  await scheduler.schedule(Promise.resolve(), what);
}

/** The clock, which moves while others are at work: a lease may end under its holder. */
export async function moveClock(simulation: Simulation, jumpsMs: readonly number[], stepsBetween: number) {
  for (const jumpMs of jumpsMs) {
    for (let steps = 0; steps < stepsBetween; steps++) await step(simulation, "time");
    simulation.clock.advance(jumpMs);
  }
}

const idleMax = 20;

/** The work of one host: every pointer is delivered to it and, by `doubled`, to whichever host asks next as well. */
export async function workOn(simulation: Simulation, host: Host, doubled: Work[]): Promise<void> {
  const queue = simulation.ground.queue(queueNames.work);
  for (let idle = 0; idle < idleMax && !host.isDead();) {
    await step(simulation, "poll");
    const again = doubled.shift();
    const [item] = again ? [] : await queue.receive(1, 60_000);
    const work = again ?? (item && parseWork(item.text));
    if (!work) {
      idle++;
      continue;
    }
    if (item) doubled.push(work);
    try {
      await doWork(host.ports, work);
      if (item && !host.isDead()) await queue.remove(item.id, item.popReceipt);
    } catch {
      if (item && !host.isDead()) await queue.hide(item.id, item.popReceipt, 1000);
    }
  }
}

/** A timer that fires on every host at once; a tick that fails is the next one's to repeat. */
export async function tickOn(simulation: Simulation, host: Host, ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks && !host.isDead(); tick++) {
    for (let steps = 0; steps < 8; steps++) await step(simulation, "timer");
    await startDueJobs(host.ports).catch(() => undefined);
    await keepUp(host.ports).catch(() => undefined);
    await watchLoad(host.ports).catch(() => undefined);
  }
}

/** Runs all actors against each other, as the scheduler wills. */
export async function runAll({ scheduler }: Simulation, actors: readonly Promise<void>[]): Promise<void> {
  await scheduler.waitFor(Promise.all(actors));
}

const roundsMax = 30;
const restMs = 11 * 60_000;

/** Faults have ended: what is still not final after a bounded number of ticks. */
export async function comeToRest(
  { clock, ground, sound, jobs }: Simulation,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const scene: Scene = { ports: sound, ground, jobs };
  for (let round = 0; round < roundsMax; round++) {
    clock.advance(restMs);
    await startDueJobs(sound);
    await deliverWork(sound, ground, () => false);
    await meanwhile();
    await keepUp(sound);
    await deliverWork(sound, ground, () => false);
    await watchLoad(sound);
    if (round > 3 && (await unfinished(scene)).length === 0) break;
  }
  return [...(await unfinished(scene)), ...(await loadProblems(scene))];
}
