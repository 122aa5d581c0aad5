import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { FindingKind } from "../../shared/fsck/finding.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { type MemoryGround, memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "./crashHost.ts";
import { exportJob, exportProject, importJob, importProject, seed } from "./definitions.ts";
import { type FaultPlan, type FaultyGround, GroundFault, faultyGround } from "./faultyGround.ts";
import * as invariants from "./invariants.ts";
import { leftInLists, unlisted } from "./listInvariants.ts";
import { check } from "./fsck.ts";
import { testSettings } from "./memoryPorts.ts";

/** One run of a scenario: the ground and the clock stay, the process may end and begin anew. */
export interface Stage {
  readonly clock: SharedClock;
  readonly jobs: readonly RecurringJob[];
  /** What clients were told, and what they were given: it outlives the service's processes. */
  readonly accepted: invariants.Acceptance[];
  readonly deliveries: Map<string, readonly string[]>;
  /** Of the process that runs now. */
  ports(): Ports;
  tick(): Promise<void>;
  /** Delivers the work that is visible. */
  work(): Promise<void>;
  /** A pass of the upkeep with the work that it sends, and a measurement of what is open. */
  keepUp(): Promise<void>;
  lastTickAt(): number;
  /** Another process, which ends after its first call of that name, as in "table messages.transact". */
  dying(what: string): Ports;
  readonly ground: MemoryGround;
}

export interface Scenario {
  readonly name: string;
  readonly jobs: readonly RecurringJob[];
  /** On sound storage. */
  prepare?(stage: Stage): Promise<void>;
  /** Each is repeated until it has come through, as a client repeats its request and a timer its tick. */
  readonly steps: readonly ((stage: Stage) => Promise<void>)[];
  /** What goes on while the service comes to rest, such as a client that fetches files. */
  meanwhile?(stage: Stage): Promise<void>;
  /** What is wrong at the end, beyond what holds for every scenario. */
  check(stage: Stage): Promise<readonly string[]>;
}

export interface SweepRun {
  readonly calls: readonly string[];
  readonly problems: readonly string[];
}

const minute = 60_000;
/** Longer than a key is held for a request that ended without an answer. */
const repeatsMax = 12;
const roundsMax = 24;
/** A client waits longer than a delivery that it lost stays hidden. */
const roundsWithClientMin = 4;
/** To look through all of storage takes as long as a run. */
const lookedThroughEvery = 20;
/** Longer than every lease, and than a claim of an idempotency key or a piece of work that a dead process took along. */
const restMs = 11 * minute;

export async function runScenario(
  scenario: Scenario,
  plan: FaultPlan = {},
  decorate = (ports: Ports): Ports => ports,
): Promise<SweepRun> {
  const { stage, faulty, restart, ground } = await setUp(scenario, plan, decorate);
  for (const step of scenario.steps) await untilThrough(stage, faulty, restart, step);
  const calls = faulty.calls.map((call) => call.what);
  restart();
  await comeToRest(scenario, stage, ground);
  const problems = [...(await atRest(scenario, stage, ground)), ...(await scenario.check(stage))];
  const isLookedThrough = Object.values(plan).every((at) => typeof at === "number" && at % lookedThroughEvery === 0);
  if (isLookedThrough) problems.push(...(await notWhole(stage, ground)));
  problems.push(...(await afterRetention(stage, ground)));
  if (isLookedThrough) problems.push(...(await notWhole(stage, ground, "payloadOfNobody")));
  return { calls, problems };
}

async function setUp(scenario: Scenario, plan: FaultPlan, decorate: (ports: Ports) => Ports) {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const faulty = faultyGround(ground, plan);
  const sound = openHost(ground, clock);
  await seed(sound, scenario.jobs);
  for (const job of scenario.jobs) await scheduleJob(sound, job, undefined);
  // What an earlier version left is taken in already: from now on the lists stand by themselves.
  for (const job of scenario.jobs) await sound.lists.adopt(job.activityId);
  let ports = sound;
  let isDead = (): boolean => false;
  let lastTickAt = clock.now();
  const stage: Stage = {
    clock,
    jobs: scenario.jobs,
    accepted: [],
    deliveries: new Map(),
    ports: () => ports,
    tick: async () => {
      await startDueJobs(ports);
      if (!isDead()) lastTickAt = clock.now();
    },
    work: () => deliverWork(ports, ground, isDead),
    keepUp: async () => {
      await keepUp(ports);
      await deliverWork(ports, ground, isDead);
      await watchLoad(ports);
    },
    lastTickAt: () => lastTickAt,
    dying: (what) => openHost(dyingGround(ground, what), clock),
    ground,
  };
  await scenario.prepare?.(stage);
  ports = decorate(openHost(faulty.ground, clock));
  isDead = faulty.isDead;
  const restart = (): void => {
    ports = openHost(ground, clock);
    isDead = () => false;
  };
  return { stage, faulty, restart, ground };
}

function dyingGround(ground: MemoryGround, what: string): Ground {
  let isDead = false;
  return faultyGround(ground, {
    before: (call) => {
      if (isDead) throw new GroundFault("The process has ended", call);
    },
    after: (call) => {
      isDead ||= call.what === what;
      if (isDead) throw new GroundFault("The process has ended", call);
    },
  }).ground;
}

/** Whatever a step throws after a fault is the fault's doing; without one it is a failure of the test. */
async function untilThrough(
  stage: Stage,
  faulty: FaultyGround,
  restart: () => void,
  step: (stage: Stage) => Promise<void>,
): Promise<void> {
  for (let repeats = 0; ; repeats++) {
    try {
      await step(stage);
      if (!faulty.isDead()) return;
    } catch (error) {
      if (repeats === repeatsMax) throw error;
    }
    if (faulty.isDead()) {
      restart();
      // The step after the restart is on sound storage, and comes through at once.
      stage.clock.advance(restMs);
      await step(stage);
      return;
    }
    stage.clock.advance(minute);
  }
}

async function comeToRest(scenario: Scenario, stage: Stage, ground: MemoryGround): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    stage.clock.advance(restMs);
    await stage.tick();
    await stage.work();
    await scenario.meanwhile?.(stage);
    if (round % 3 === 2) await stage.keepUp();
    if (
      round > (scenario.meanwhile ? roundsWithClientMin : 0) &&
      (await invariants.unfinished(sceneOf(stage, ground))).length === 0
    )
      break;
  }
  await stage.keepUp();
  await scenario.meanwhile?.(stage);
}

function sceneOf(stage: Stage, ground: MemoryGround): invariants.Scene {
  return { ports: stage.ports(), ground, jobs: [...stage.jobs, ...ownRuns] };
}

/** The runs that projects have of their own, the seeded ones and one that a package makes, are held to the same. */
const ownRuns: readonly RecurringJob[] = [
  { ...importJob, activityId: projectRunsId(importProject.name) },
  { ...exportJob, activityId: projectRunsId(exportProject.name) },
  { ...exportJob, activityId: projectRunsId("Like a package") },
];

async function atRest(scenario: Scenario, stage: Stage, ground: MemoryGround): Promise<readonly string[]> {
  const scene = sceneOf(stage, ground);
  return [
    ...(await invariants.lostMessages(scene, stage.accepted)),
    ...(await invariants.unfinished(scene)),
    ...(await invariants.ledgerProblems(scene, stage.lastTickAt())),
    ...(await invariants.accountingProblems(scene)),
    ...(await invariants.loadProblems(scene)),
    ...(await unlisted(scene)),
    ...(scenario.jobs.some((job) => job.isOrdered) ? await invariants.orderProblems(scene) : []),
  ];
}

/**
 * What fsck tells of storage: a process that dies leaves nothing that a user is told of when the service has come to rest. The
 * few passes of the upkeep here may miss bytes that no message names; they go when their retention ends.
 */
async function notWhole(stage: Stage, ground: MemoryGround, alsoOf?: FindingKind): Promise<readonly string[]> {
  const found = await check({ ports: stage.ports(), ground });
  return found
    .filter(({ kind }) => kind !== "payloadOfNobody" || kind === alsoOf)
    .map(({ kind, place, what }) => `fsck: ${kind} ${place}: ${what}`);
}

/** Later, with nothing going on but the upkeep. */
async function afterRetention(stage: Stage, ground: MemoryGround): Promise<readonly string[]> {
  stage.clock.advance(testSettings.retentionMs + restMs);
  await stage.keepUp();
  const scene = sceneOf(stage, ground);
  const before = stage.clock.now() - testSettings.retentionMs;
  return [
    ...(await invariants.orphans(scene)),
    ...(await invariants.overdue(scene, before)),
    ...(await invariants.loadProblems(scene)),
    ...(await unlisted(scene)),
    ...(await leftInLists(scene)),
  ];
}
