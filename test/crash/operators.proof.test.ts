import { createHash } from "node:crypto";
import { env } from "node:process";
import { type Scheduler, array, asyncProperty, assert, constantFrom, nat, option, record, scheduler } from "fast-check";
import { expect, test, vi } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { customerGroups, importJob, operator } from "../support/definitions.ts";
import { type Acceptance, accountingProblems, lostMessages, messagesOf, orderProblems } from "../support/invariants.ts";
import { enqueue, plainUpload } from "../usecases/world.ts";
import { csv, storedRecords } from "./clients.ts";
import {
  type Host,
  type Mishaps,
  type Simulation,
  comeToRest,
  moveClock,
  openSimulation,
  runAll,
  step,
  tickOn,
  workOn,
} from "./simulatedHosts.ts";

// Two hosts are at work of which one may die, storage is out for a while, uploads are slow, and beside them people do what
// people do: they run jobs, retry and release messages, disable, delete and make jobs, and change the entity.

// Whoever waits for somebody else waits in steps of the scheduler, not of a real clock.
vi.mock(import("node:timers/promises"), async (importOriginal) => {
  const timers = await importOriginal();
  return { ...timers, setTimeout: (ms, value, options) => timers.setTimeout(Math.min(ms ?? 1, 1), value, options) };
});

/** More runs with `SIMULATION_RUNS`; a failure prints its seed and path, which `assert` takes to repeat it. */
const numRuns = Number(env["SIMULATION_RUNS"] ?? 60);
const timeoutMs = 30 * 60_000;

/** An attempt counts when the message's work fails by its own fault, and none does: nothing is parked for want of them. */
const attemptsMax = 1;
const blockingJob: RecurringJob = { ...importJob, isOrdered: true, onHeadError: "block", attemptsMax };
const passingJob: RecurringJob = {
  ...importJob,
  activityId: "00000000-0000-4000-8000-000000000009",
  name: "Comes and goes",
  attemptsMax,
};

const deeds = ["run", "retry", "release", "discard", "disable", "enable", "delete", "make", "widen", "rename"] as const;
type Deed = (typeof deeds)[number];

const plan = record({
  mishaps: record<Mishaps>({
    deaths: array(option(nat(300), { nil: undefined, freq: 3 }), { minLength: 2, maxLength: 2 }),
    jumpsMs: array(constantFrom(5_000, 25_000, 61_000, 130_000), { maxLength: 8 }),
    outages: array(record({ from: nat(600), calls: nat(80) }), { maxLength: 2 }),
  }),
  deeds: array(array(constantFrom(...deeds), { maxLength: 6 }), { minLength: 2, maxLength: 2 }),
  bad: constantFrom("2", "3", "none"),
});
const files = ["1", "2", "3", "4"];

/** What clients were told: the files that count, by job. */
interface Told {
  readonly accepted: (Acceptance & { readonly name: string })[];
}

/** No column is the entity's key in a bad file, so that it cannot be imported. */
const bodyOf = (job: RecurringJob, name: string, bad: string): string =>
  name === bad ? "Nothing\r\n1\r\n" : csv(`${job.isOrdered ? "o" : "u"}${name},${name},1`, ",no key,1");

/** A body that comes in pieces, while others are at work. */
async function* slowly(simulation: Simulation, body: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 25) {
    await step(simulation, "upload");
    yield Buffer.from(body.slice(at, at + 25));
  }
}

async function pushOne(simulation: Simulation, ports: Ports, activityId: string, name: string, body: string) {
  const upload = { ...plainUpload, idempotencyKey: `key ${name}`, body: slowly(simulation, body) };
  return enqueue(ports, { activityId }, upload);
}

async function pushOn(simulation: Simulation, host: Host, job: RecurringJob, bad: string, told: Told): Promise<void> {
  for (const name of files) {
    const body = bodyOf(job, name, bad);
    for (let tries = 0; tries < 6 && !host.isDead(); tries++) {
      const id = await pushOne(simulation, host.ports, job.activityId, name, body).catch(() => undefined);
      await step(simulation, "client waits");
      if (id === undefined || host.isDead()) continue;
      const sha256 = createHash("sha256").update(body).digest("hex");
      told.accepted.push({ activityId: job.activityId, messageId: id, sha256, name });
      break;
    }
  }
}

const widened: DataEntity = {
  ...customerGroups,
  fields: [...customerGroups.fields, { name: "NOTE", type: "string", isKey: false, isRequired: false }],
};
const renamed: DataEntity = {
  ...widened,
  fields: widened.fields.map((field) => (field.name === "DESCRIPTION" ? { ...field, name: "Description" } : field)),
};

const work: Readonly<Record<Deed, (ports: Ports) => Promise<unknown>>> = {
  run: (ports) => runJobNow(ports, blockingJob.activityId, operator),
  retry: (ports) => forEachMessage(ports, retryMessage),
  release: (ports) => forEachMessage(ports, releaseMessage),
  // Only what failed: of the files that count none is given up.
  discard: (ports) => forEachMessage(ports, discardFailed),
  disable: (ports) => saveJob(ports, { ...passingJob, isEnabled: false }, "any", operator),
  enable: (ports) => saveJob(ports, passingJob, "any", operator),
  make: (ports) => saveJob(ports, passingJob, undefined, operator),
  delete: (ports) => removeJob(ports, passingJob.activityId, "any", operator),
  widen: (ports) => saveEntity(ports, widened, "any", operator),
  rename: (ports) => saveEntity(ports, renamed, "any", operator),
};

async function forEachMessage(ports: Ports, deed: typeof releaseMessage): Promise<void> {
  for (const { activityId, id } of await messagesOf(ports, blockingJob.activityId)) {
    await deed(ports, activityId, id, operator).catch(() => undefined);
  }
}

async function discardFailed(ports: Ports, activityId: string, id: string): Promise<void> {
  const message = await ports.messages.findInbound(activityId, id);
  if (message?.value.state !== "PreProcessingError") return;
  await discardMessage(ports, activityId, id, operator, "Nobody wants it any more.");
}

/** A person who takes a refusal, or no answer, for what it is, and does the next thing. */
async function operateOn(simulation: Simulation, host: Host, list: readonly Deed[]): Promise<void> {
  for (const deed of list) {
    for (let steps = 0; steps < 12; steps++) await step(simulation, "a person thinks");
    if (host.isDead()) return;
    await work[deed](host.ports).catch(() => undefined);
  }
}

/** Whoever looks on sees at most one message of the ordered job in flight. */
async function oneInFlight(running: Simulation, { what }: { readonly what: string }): Promise<void> {
  if (!what.startsWith("table messages.")) return;
  const taken = (await messagesOf(running.sound, blockingJob.activityId)).filter(
    ({ state }) => state === "PreProcessing" || state === "Processing",
  );
  if (taken.length > 1) running.problems.push(`P4: ${taken.length} messages are in flight`);
}

async function letGo({ sound }: Simulation): Promise<void> {
  const blocking = (await sound.messages.findProgress(blockingJob.activityId))?.value.blockedBy;
  if (blocking !== undefined) await releaseMessage(sound, blockingJob.activityId, blocking, operator);
}

/** Of a job that is gone nothing waits, and nothing of it is taken up when it is made again. */
async function leftOf({ sound }: Simulation, activityId: string): Promise<readonly string[]> {
  const isThere = (await sound.definitions.find("job", activityId)) !== undefined;
  const messages = (await messagesOf(sound, activityId)).filter((one) => one.direction === "import");
  return messages
    .filter((message) => !isFinalImport(message))
    .map(({ id, state }) => `message ${id} of a job that ${isThere ? "is there" : "is gone"} is ${state}`);
}

async function simulate(schedule: Scheduler, { mishaps, deeds: lists, bad }: Plan): Promise<void> {
  const simulation = await openSimulation(schedule, [blockingJob, passingJob], mishaps, oneInFlight);
  const told: Told = { accepted: [] };
  const doubled: Parameters<typeof workOn>[2] = [];
  await runAll(simulation, [
    moveClock(simulation, mishaps.jumpsMs, 25),
    ...simulation.hosts.flatMap((host, index) => [
      pushOn(simulation, host, blockingJob, bad, told),
      pushOn(simulation, host, passingJob, "none", told),
      operateOn(simulation, host, lists[index] ?? []),
      workOn(simulation, host, doubled),
      tickOn(simulation, host, 4),
    ]),
  ]);
  // Whoever disabled the job makes it work again, unless it was deleted; a dead host may have its turn for a while.
  simulation.clock.advance(11 * 60_000);
  const isThere = (await simulation.sound.definitions.find("job", passingJob.activityId)) !== undefined;
  if (isThere) await work.enable(simulation.sound);
  const left = await comeToRest(simulation, () => letGo(simulation));
  const scene = { ports: simulation.sound, ground: simulation.ground, jobs: [blockingJob, passingJob] };

  expect([...simulation.problems, ...left]).toEqual([]);
  expect(await leftOf(simulation, passingJob.activityId)).toEqual([]);
  const stays = told.accepted.filter(({ activityId }) => isThere || activityId === blockingJob.activityId);
  expect(await lostMessages(scene, stays)).toEqual([]);
  expect(await orderProblems(scene)).toEqual([]);
  expect(await accountingProblems(scene)).toEqual([]);
  const ofLine = told.accepted.filter(({ activityId, name }) => activityId === blockingJob.activityId && name !== bad);
  const expected = [...new Set(ofLine.map(({ name }) => `o${name} ${name}`))].toSorted();
  const records = (await storedRecords(simulation.sound)).filter((one) => one.startsWith("o"));
  expect(records).toEqual(expect.arrayContaining(expected));
}

interface Plan {
  readonly mishaps: Mishaps;
  readonly deeds: readonly (readonly Deed[])[];
  readonly bad: string;
}

test(
  "whatever people do beside two hosts of which one may die, nothing is lost, doubled, stuck or out of order",
  async () => {
    await assert(
      asyncProperty(scheduler(), plan, (schedule, given) => simulate(schedule, given)),
      { numRuns },
    );
  },
  timeoutMs,
);
