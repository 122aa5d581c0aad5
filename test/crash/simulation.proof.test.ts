import { collect, oneBatch } from "../support/records.ts";
import { env } from "node:process";
import { type Scheduler, array, asyncProperty, assert, constantFrom, nat, option, record, scheduler } from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { redeliverMessage } from "../../shared/usecases/operate/redeliverMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { deliverWork } from "../support/crashHost.ts";
import { asGroups, bytesOf, exportJob, importJob, operator } from "../support/definitions.ts";
import { accountingProblems, ledgerProblems, messagesOf, orderProblems } from "../support/invariants.ts";
import { enqueue, exportedFiles, newestExport, plainUpload, textOf } from "../usecases/world.ts";
import { csv, ref } from "./clients.ts";
import {
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

/** More runs with `SIMULATION_RUNS`; a failure prints its seed and path, which `assert` takes to repeat it. */
const numRuns = Number(env["SIMULATION_RUNS"] ?? 60);
const timeoutMs = 30 * 60_000;

const mishaps = record({
  deaths: array(option(nat(250), { nil: undefined, freq: 3 }), { minLength: 2, maxLength: 3 }),
  jumpsMs: array(constantFrom(5_000, 25_000, 61_000, 130_000), { maxLength: 8 }),
});

/** No message is parked for want of attempts, so that all must end well. */
const attemptsMax = 50;
const orderedJob: RecurringJob = { ...importJob, isOrdered: true, attemptsMax };
const unorderedJob: RecurringJob = { ...importJob, attemptsMax };
const incrementalJob: RecurringJob = { ...exportJob, attemptsMax };
const files = ["1", "2", "3"];

async function keyedPush(ports: Ports, job: RecurringJob, name: string, body: string): Promise<string | undefined> {
  const upload = { ...plainUpload, idempotencyKey: name, body: bytesOf(body) };
  return enqueue(ports, job, upload).catch(() => undefined);
}

/** Each file is pushed until it is accepted, now to this host and now to that, before the next one. */
async function pushInTurn(simulation: Simulation, job: RecurringJob, bodyOf: (name: string) => string): Promise<void> {
  const { hosts } = simulation;
  for (const name of files) {
    let messageId: string | undefined;
    for (let tries = 0; tries < 20 && messageId === undefined; tries++) {
      const alive = hosts.filter((host) => !host.isDead());
      const host = alive[tries % alive.length];
      if (host) messageId = await keyedPush(host.ports, job, name, bodyOf(name));
      await step(simulation, "client waits");
    }
    if (messageId === undefined) return;
  }
}

/** What is left of the pushes once the faults have ended. */
async function pushTheRest({ sound, clock }: Simulation, job: RecurringJob, bodyOf: (name: string) => string) {
  clock.advance(11 * 60_000);
  for (const name of files) expect(await keyedPush(sound, job, name, bodyOf(name))).toBeDefined();
}

async function importOnHosts(
  schedule: Scheduler,
  plan: Mishaps,
  job: RecurringJob,
  bodyOf: (name: string) => string,
  observe: Parameters<typeof openSimulation>[3],
): Promise<Simulation> {
  const simulation = await openSimulation(schedule, [job], plan, observe);
  const doubled: Parameters<typeof workOn>[2] = [];
  await runAll(simulation, [
    pushInTurn(simulation, job, bodyOf),
    moveClock(simulation, plan.jumpsMs, 25),
    ...simulation.hosts.flatMap((host) => [workOn(simulation, host, doubled), tickOn(simulation, host, 4)]),
  ]);
  await pushTheRest(simulation, job, bodyOf);
  const left = await comeToRest(simulation);
  simulation.problems.push(...left);
  return simulation;
}

async function valueOfTen(simulation: Simulation): Promise<string> {
  const found = await simulation.sound.entities.find(ref, "10", ["DESCRIPTION"]);
  return found?.values?.[0] ?? "";
}

async function importFacts(simulation: Simulation): Promise<readonly string[]> {
  const [job] = simulation.jobs;
  const messages = (await messagesOf(simulation.sound, job!.activityId)).filter((one) => one.direction === "import");
  const line = messages.toSorted((one, other) => (one.order < other.order ? -1 : 1));
  const facts = line.map(async (message) => {
    const execution = await simulation.sound.executions.find(message.executionId!);
    const { created, updated, unchanged } = execution!.entities[0]!;
    return `${message.state} ${created}/${updated}/${unchanged}`;
  });
  return Promise.all(facts);
}

describe("two or three hosts whose every call to storage comes in any order, and of which some die,", () => {
  test(
    "take an ordered job's messages one at a time, with effects once and in accept order",
    async () => {
      await assert(
        asyncProperty(scheduler(), mishaps, async (schedule, plan) => {
          const values: string[] = [];
          const bodyOf = (name: string): string => csv(`10,${name},1`);
          const simulation = await importOnHosts(schedule, plan, orderedJob, bodyOf, async (running, { what }) => {
            if (what.startsWith("table messages.")) {
              const taken = (await messagesOf(running.sound, orderedJob.activityId)).filter(
                ({ state }) => state === "PreProcessing" || state === "Processing",
              );
              if (taken.length > 1) running.problems.push(`P4: ${taken.length} messages are in flight`);
            }
            if (what === "blobs entities.put") {
              const value = await valueOfTen(running);
              if (value !== "" && value !== values.at(-1)) values.push(value);
            }
          });
          const last = await valueOfTen(simulation);
          if (last !== values.at(-1)) values.push(last);
          const scene = { ports: simulation.sound, ground: simulation.ground, jobs: simulation.jobs };

          expect(simulation.problems).toEqual([]);
          // Nobody looks on while all comes to rest, so that some may be missing; none comes late or twice.
          expect(values).toEqual(files.filter((name) => values.includes(name)));
          expect(values.at(-1)).toBe(files.at(-1));
          expect(await importFacts(simulation)).toEqual(["Processed 1/0/0", "Processed 0/1/0", "Processed 0/1/0"]);
          expect(await orderProblems(scene)).toEqual([]);
          expect(await accountingProblems(scene)).toEqual([]);
          expect(await ledgerProblems(scene, simulation.clock.now())).toEqual([]);
        }),
        { numRuns },
      );
    },
    timeoutMs,
  );

  test(
    "give every file of an unordered job one effect",
    async () => {
      await assert(
        asyncProperty(scheduler(), mishaps, async (schedule, plan) => {
          const bodyOf = (name: string): string =>
            csv(`${name}a,x,1`, `${name}b,x,1`, `${name}a,twice,1`, `${name}c,x,1`);
          const simulation = await importOnHosts(schedule, plan, unorderedJob, bodyOf, () => Promise.resolve());
          const scene = { ports: simulation.sound, ground: simulation.ground, jobs: simulation.jobs };

          expect(simulation.problems).toEqual([]);
          expect(await importFacts(simulation)).toEqual(files.map(() => "ProcessedWithErrors 3/0/0"));
          expect(await accountingProblems(scene)).toEqual([]);
          expect(await simulation.sound.entities.count(ref)).toBe(9);
        }),
        { numRuns },
      );
    },
    timeoutMs,
  );

  test(
    "deliver every change of an incremental export in one message, to one client at a time",
    async () => {
      await assert(
        asyncProperty(scheduler(), mishaps, async (schedule, plan) => {
          const simulation = await openSimulation(schedule, [incrementalJob], plan, oneRunAtATime);
          const doubled: Parameters<typeof workOn>[2] = [];
          await runAll(simulation, [
            changeRecords(simulation),
            ...simulation.hosts.map((host) => askForRuns(simulation, host.ports)),
            moveClock(simulation, plan.jumpsMs, 25),
            ...simulation.hosts.flatMap((host) => [
              workOn(simulation, host, doubled),
              tickOn(simulation, host, 4),
              fetchOn(simulation, host.ports, 6).catch(() => undefined),
            ]),
          ]);
          const left = await comeToRest(simulation, () => fetchOn(simulation, simulation.sound, 0));

          expect([...simulation.problems, ...left]).toEqual([]);
          expect(await deliveredChanges(simulation)).toEqual(await allChanges(simulation));
          const scene = { ports: simulation.sound, ground: simulation.ground, jobs: simulation.jobs };
          expect(await ledgerProblems(scene, simulation.clock.now())).toEqual([]);
        }),
        { numRuns },
      );
    },
    timeoutMs,
  );

  test(
    "hand an export that several people redeliver to one client at a time, and lose it to nobody",
    async () => {
      let redeliveries = 0;
      await assert(
        asyncProperty(scheduler(), mishaps, async (schedule, plan) => {
          const simulation = await openSimulation(schedule, [incrementalJob], plan, () => Promise.resolve());
          const message = await acknowledgedExport(simulation);
          await runAll(simulation, [
            ...simulation.hosts.map((host) => redeliverOn(simulation, host.ports, message.id)),
            moveClock(simulation, plan.jumpsMs, 25),
            ...simulation.hosts.flatMap((host) => [
              tickOn(simulation, host, 2),
              fetchOn(simulation, host.ports, 6).catch(() => undefined),
            ]),
          ]);
          const left = await comeToRest(simulation, () => fetchOn(simulation, simulation.sound, 0));
          const ended = (await simulation.sound.messages.findOutbound(incrementalJob.activityId, message.id))!.value;
          redeliveries += ended.redeliveries ?? 0;

          expect([...simulation.problems, ...left]).toEqual([]);
          expect(ended.state).toBe("Acked");
        }),
        { numRuns },
      );
      expect(redeliveries).toBeGreaterThan(numRuns);
    },
    timeoutMs,
  );
});

async function oneRunAtATime(running: Simulation, { what }: { readonly what: string }): Promise<void> {
  if (!what.startsWith("table messages.")) return;
  const underWay = (await messagesOf(running.sound, incrementalJob.activityId)).filter(
    ({ state }) => state === "PreProcessing" || state === "Processing",
  );
  if (underWay.length > 1) running.problems.push(`${underWay.length} runs are under way`);
}

/** Somebody who does not want to wait for the next due time, now and then. */
async function askForRuns(simulation: Simulation, ports: Ports): Promise<void> {
  for (let runs = 0; runs < 3; runs++) {
    for (let steps = 0; steps < 12; steps++) await step(simulation, "somebody waits");
    await runJobNow(ports, incrementalJob.activityId, operator).catch(() => undefined);
  }
}

/** An export that its client has, with its end told everywhere. */
async function acknowledgedExport(simulation: Simulation): Promise<OutboundMessage> {
  const { sound, ground, clock } = simulation;
  await addRecord(sound, "a");
  await runJobNow(sound, incrementalJob.activityId, operator);
  await deliverWork(sound, ground, () => false);
  await fetchOn(simulation, sound, 0);
  clock.advance(60_000);
  return (await newestExport(sound, incrementalJob))!;
}

/** Somebody whose clients lose what they acknowledged, time and again. */
async function redeliverOn(simulation: Simulation, ports: Ports, messageId: string): Promise<void> {
  for (let times = 0; times < 4; times++) {
    await redeliverMessage(ports, incrementalJob.activityId, messageId, operator).catch(() => undefined);
    for (let steps = 0; steps < 12; steps++) await step(simulation, "somebody waits");
  }
}

/** Each change makes a new record, so that none is covered by a later one. */
async function changeRecords(simulation: Simulation): Promise<void> {
  for (const name of ["a", "b", "c", "d"]) {
    for (let steps = 0; steps < 10; steps++) await step(simulation, "somebody works");
    await addRecord(simulation.sound, name);
  }
}

async function addRecord(ports: Ports, name: string): Promise<void> {
  await ports.entities.upsert(ref, {
    idempotencyKey: name,
    fence: 1,
    columns: ["CUSTOMERGROUPID"],
    records: () => oneBatch({ key: name, values: [name] }),
    truncateFirst: false,
    ...asGroups,
  });
}

/** Who holds which message until when: of two clients that hold one, one got too much. */
const held = new WeakMap<Simulation, Map<string, number>>();

async function fetchOn(simulation: Simulation, ports: Ports, pauses: number): Promise<void> {
  const holds = held.get(simulation) ?? new Map<string, number>();
  held.set(simulation, holds);
  for (let waits = 0; waits <= pauses; waits++) {
    for (let steps = 0; steps < pauses; steps++) await step(simulation, "client waits");
    const message = await dequeueMessage(ports, incrementalJob);
    if (!message) continue;
    const { correlationId, popReceipt, dequeuedAt, expiresAt } = message.delivery!;
    const offer = `${message.id}, redelivered ${message.redeliveries ?? 0} times,`;
    if ((holds.get(offer) ?? 0) > dequeuedAt) simulation.problems.push(`P5: ${offer} is held twice`);
    holds.set(offer, expiresAt);
    await textOf((await downloadMessage(ports, incrementalJob.activityId, message.id, correlationId)).read());
    await acknowledgeMessage(ports, incrementalJob, { correlationId, popReceipt });
    waits = 0;
  }
}

async function deliveredChanges({ sound }: Simulation): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const message of await messagesOf(sound, incrementalJob.activityId)) {
    if (message.direction !== "export" || message.file === undefined) continue;
    if (message.state !== "Acked") rows.push(`nobody fetched ${message.id}`);
    const text = (await exportedFiles(sound, message)).get("Customer groups.csv") ?? "";
    rows.push(
      ...text
        .split("\r\n")
        .slice(1, -1)
        .map((row) => row.split(",")[0]!),
    );
  }
  return rows.toSorted();
}

async function allChanges({ sound }: Simulation): Promise<readonly string[]> {
  const snapshot = await sound.entities.openSnapshot(ref);
  return (await collect(snapshot.read({ columns: [] }), [])).map((found) => found.key);
}
