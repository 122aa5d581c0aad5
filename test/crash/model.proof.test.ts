import { env } from "node:process";
import { assert, asyncModelRun, asyncProperty, commands } from "fast-check";
import { expect, test } from "vitest";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { seed } from "../support/definitions.ts";
import * as invariants from "../support/invariants.ts";
import { exportedFiles } from "../usecases/world.ts";
import { fetchingClient, storedRecords } from "./clients.ts";
import { type Model, type Pushed, type Real, commandKinds, inJob, outJob, releaseHead } from "./modelCommands.ts";

/** More runs with `MODEL_RUNS`; a failure prints its commands, seed and path. */
const numRuns = Number(env["MODEL_RUNS"] ?? 150);
const timeoutMs = 30 * 60_000;
const minute = 60_000;
const roundsMax = 30;

async function openService(): Promise<Real> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const ports = openHost(ground, clock);
  const jobs = [inJob, outJob];
  await seed(ports, jobs);
  for (const job of jobs) await scheduleJob(ports, job, undefined);
  return { ground, clock, ports };
}

/** Faults have ended: everything that can go on does, and whatever blocks is released. Answers what is wrong then. */
async function comeToRest({ ground, clock, ports }: Real): Promise<readonly string[]> {
  const scene = { ground, ports, jobs: [inJob, outJob] };
  const fetchAll = fetchingClient(outJob);
  const client = { ports: () => ports, deliveries: new Map<string, readonly string[]>() };
  let isQuiet = false;
  for (let round = 0; round < roundsMax && !isQuiet; round++) {
    clock.advance(11 * minute);
    await startDueJobs(ports);
    await deliverWork(ports, ground, () => false);
    await fetchAll(client);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);
    await watchLoad(ports);
    const hasReleased = await releaseHead(ports);
    isQuiet = round > 4 && !hasReleased && (await invariants.unfinished(scene)).length === 0;
  }
  return [
    ...(await invariants.unfinished(scene)),
    ...(await invariants.accountingProblems(scene)),
    ...(await invariants.loadProblems(scene)),
    ...(await invariants.ledgerProblems(scene, clock.now())),
  ];
}

/** The keys of the records in all packages that were acknowledged. */
async function deliveredKeys({ ports }: Real): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const message of await invariants.messagesOf(ports, outJob.activityId)) {
    if (message.direction !== "export" || message.file === undefined || message.state !== "Acked") continue;
    const text = (await exportedFiles(ports, message)).get("Customer groups.csv")!;
    keys.push(
      ...text
        .split("\r\n")
        .slice(1, -1)
        .map((row) => row.split(",")[0]!),
    );
  }
  return keys.toSorted();
}

test(
  "whatever clients, operators, timers and crashes do, in any order, the service is what its answers said",
  async () => {
    await assert(
      asyncProperty(commands(commandKinds, { size: "medium", maxCommands: 60 }), async (list) => {
        const real = await openService();
        const model: Model = {
          pushed: new Map(),
          discarded: new Set(),
          handedOut: [],
          acknowledged: new Set(),
          downloaded: new Set(),
          withdrawn: new Set(),
        };
        await asyncModelRun(() => ({ model, real }), list);

        const problems = await comeToRest(real);

        const stateOf = ({ isGood, messageId }: Pushed): string => {
          if (model.discarded.has(messageId)) return "Discarded";
          return isGood ? "Processed" : "PreProcessingError";
        };
        const pushed = [...model.pushed];
        const goodKeys = pushed.flatMap(([key, one]) => (stateOf(one) === "Processed" ? [key] : [])).toSorted();
        const ended = pushed.map(([, one]) => `${one.messageId} ${stateOf(one)}`);
        const messages = await invariants.messagesOf(real.ports, inJob.activityId);
        expect(problems).toEqual([]);
        expect(messages.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual(ended.toSorted());
        expect(await storedRecords(real.ports)).toEqual(goodKeys.map((key) => `${key} ${key}`));
        // Each record changed once, so it is in one package.
        expect(await deliveredKeys(real)).toEqual(goodKeys);
      }),
      { numRuns },
    );
  },
  timeoutMs,
);
