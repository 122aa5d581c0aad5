import { describe, expect, test } from "vitest";
import { DomainError } from "../../shared/domain/errors.ts";
import { executionIdsOf } from "../../shared/domain/message.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Message, Ports } from "../../shared/ports.ts";
import { type MemoryGround, memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { pruneMessages } from "../../shared/usecases/retention/pruneMessages.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { exportJob, exportProject, importJob, line, operator, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf, orphans } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { define, push, textOf } from "./world.ts";

const callsMax = 60;
const failing = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n";

interface Place {
  readonly ground: MemoryGround;
  readonly clock: SharedClock;
  readonly ports: Ports;
  readonly job: RecurringJob;
  readonly messageId: string;
  /** The bytes that came in, and as they can be read now. */
  readonly pushed: string;
  readonly payload: () => Promise<string>;
  readonly runs: readonly boolean[];
}

async function place(job: RecurringJob, prepare: (ports: Ports) => Promise<unknown>): Promise<Place> {
  const clock = sharedClock();
  const ground = memoryGround({ now: clock.now });
  const ports = openHost(ground, clock);
  await seed(ports);
  await prepare(ports);
  await runJobNow(ports, job.activityId, operator);
  await deliverWork(ports, ground, () => false);
  clock.advance(testSettings.retentionMs + 1);
  const [message] = await messagesOf(ports, job.activityId);
  const messageId = message!.id;
  const payload = async () => (job === importJob ? textOf(ports.files.read("inbound", messageId)) : "");
  const runs = await runsOf(ports, message!);
  return { ground, clock, ports, job, messageId, pushed: await payload(), payload, runs };
}

/** An import that ended with rejected rows, past its retention. */
const oldImport = () => place(importJob, (ports) => push(ports, failing));

/** An export that failed and was mended since, past its retention. */
async function oldExport(): Promise<Place> {
  const gone = { ...exportProject, lines: [{ ...line, entity: "Gone" }] };
  const here = await place(exportJob, (ports) => define(ports, "project", exportProject.name, gone));
  await define(here.ports, "project", exportProject.name, exportProject);
  return here;
}

const retry = ({ ports, job, messageId }: Place) =>
  retryMessage(ports, job.activityId, messageId, operator).then(
    () => "runs again",
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    },
  );

/** The retention, with somebody who retries the message right before its nth call to storage. */
async function pruneWhileRetried(here: Place, nth: number): Promise<string | undefined> {
  let calls = 0;
  let answer: string | undefined;
  const before = async (): Promise<void> => {
    if (calls++ === nth) answer = await retry(here);
  };
  await pruneMessages(openHost(faultyGround(here.ground, { before }).ground, here.clock));
  return answer;
}

/** Whether each run's execution, the earlier one's too, is there and has its end. */
const runsOf = (ports: Ports, message: Message) =>
  Promise.all(executionIdsOf(message).map(async (id) => (await ports.executions.find(id))?.finishedAt !== undefined));

const sceneOf = ({ ports, ground }: Place) => ({ ports, ground, jobs: [importJob, exportJob] });
const find = async ({ ports, job, messageId }: Place) => (await ports.messages.find(job.activityId, messageId))?.value;

describe("a message past its retention that is retried", () => {
  for (const [what, open] of [
    ["an import", oldImport],
    ["an export", oldExport],
  ] as const) {
    test(`stays with all that is its own, or goes with all of it, in whatever moment that is: ${what}`, async () => {
      const answers: string[] = [];
      for (let nth = 0; nth < callsMax; nth++) {
        const here = await open();
        const answer = await pruneWhileRetried(here, nth);
        if (answer === undefined) break;
        answers.push(answer);
        await deliverWork(here.ports, here.ground, () => false);

        expect(await orphans(sceneOf(here))).toEqual([]);
        const message = await find(here);
        expect(message !== undefined, `retried at call ${nth}: ${answer}`).toBe(answer === "runs again");
        if (!message) continue;
        expect(message).toMatchObject({ run: 2 });
        expect(await runsOf(here.ports, message)).toEqual([...here.runs, true]);
        expect(await here.ports.messages.findActivity(message.id)).toBe(here.job.activityId);
        expect(await here.payload()).toBe(here.pushed);
      }

      expect(new Set(answers)).toEqual(new Set(["runs again", "notFound"]));
      expect(answers.length).toBeLessThan(callsMax);
    });
  }
});

describe("a removal that is cut off", () => {
  for (const [what, open] of [
    ["an import", oldImport],
    ["an export", oldExport],
  ] as const) {
    test(`anywhere is finished by the next round: ${what}`, async () => {
      let calls = 0;
      for (; calls < callsMax; calls++) {
        const here = await open();
        const dying = faultyGround(here.ground, { dieAfter: calls });
        await pruneMessages(openHost(dying.ground, here.clock)).catch(() => undefined);
        await pruneMessages(here.ports);

        expect(await find(here)).toBeUndefined();
        expect(await orphans(sceneOf(here)), `cut off after call ${calls}`).toEqual([]);
        expect(
          (await here.ground.table("messages").list(here.job.activityId, { from: "x_", below: "x`", limit: 9 })).rows,
        ).toEqual([]);
        if (!dying.isDead()) break;
      }

      expect(calls).toBeLessThan(callsMax);
    });
  }
});
