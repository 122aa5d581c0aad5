import { describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { sweepClaims } from "../../shared/usecases/upkeep/sweepClaims.ts";
import { type Place, deliverWork, openHost, openPlace } from "../support/crashHost.ts";
import { exportJob, exportProject, importJob, line, operator } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { define, push } from "../usecases/world.ts";
import { csv } from "./clients.ts";

const minute = 60_000;

interface JobPlace extends Place {
  readonly job: RecurringJob;
}

/** A run that ends, but badly, so that somebody may retry it. */
async function importNow(): Promise<JobPlace> {
  const here = { ...(await openPlace()), job: importJob };
  await push(here.ports, csv("10,a,x"));
  await runJobNow(here.ports, importJob.activityId, operator);
  return here;
}

async function startExport(): Promise<JobPlace> {
  const here = { ...(await openPlace()), job: exportJob };
  await define(here.ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, entity: "Gone" }] });
  await runJobNow(here.ports, exportJob.activityId, operator);
  return here;
}

const work = (here: JobPlace, ports = here.ports) => deliverWork(ports, here.ground, () => false);
const messageOf = async ({ ports, job }: JobPlace) => (await messagesOf(ports, job.activityId))[0]!;

/** A host that does something else right before its first call of this kind. */
function interrupted({ ground, clock }: JobPlace, what: string, meanwhile: () => Promise<unknown>): Ports {
  let isMet = false;
  const before = async (call: { readonly what: string }): Promise<void> => {
    if (call.what !== what || isMet) return;
    isMet = true;
    await meanwhile();
  };
  return openHost(faultyGround(ground, { before }).ground, clock);
}

/** A process that ends when it has taken its message, before it does anything with it. */
function dying({ ground, clock }: JobPlace): Ports {
  let isDead = false;
  const before = ({ what }: { readonly what: string }): void => {
    isDead ||= what.startsWith("blobs executions");
    if (isDead) throw new Error("killed");
  };
  return openHost(faultyGround(ground, { before }).ground, clock);
}

/** A person retries the message, and the worker that takes it dies, with its pointer. */
async function retryAndDie(here: JobPlace): Promise<void> {
  const { activityId } = here.job;
  const { id } = await messageOf(here);
  await define(here.ports, "project", exportProject.name, exportProject);
  await retryMessage(here.ports, activityId, id, operator);
  await (here.job === importJob ? importMessage : exportMessage)(dying(here), activityId, id).catch(() => undefined);
  const queue = here.ground.queue("work");
  for (let [item] = await queue.receive(1, minute); item; [item] = await queue.receive(1, minute)) {
    await queue.remove(item.id, item.popReceipt);
  }
}

/** The upkeep finds what was left, and somebody does it. */
async function takeUp(here: JobPlace): Promise<void> {
  for (let round = 0; round < 3; round++) {
    here.clock.advance(testSettings.leaseMs + minute);
    await sweepClaims(here.ports);
    await work(here);
  }
}

describe("the claim of a run that a retry began", () => {
  for (const [what, start] of [
    ["an import", importNow],
    ["an export", startExport],
  ] as const) {
    test(`stays when the worker of the run before only now removes its own: ${what}`, async () => {
      const here = await start();
      await work(
        here,
        interrupted(here, "table claims.remove", () => retryAndDie(here)),
      );
      expect(await messageOf(here)).toMatchObject({ run: 2, lease: {} });
      await takeUp(here);

      expect(["ProcessedWithErrors", "Processed"]).toContain((await messageOf(here)).state);
      expect((await here.ports.claims.list({ limit: 10 })).items).toEqual([]);
    });

    test(`stays when the upkeep only now removes that of the run before: ${what}`, async () => {
      const here = await start();
      const dead = interrupted(here, "table claims.remove", () => Promise.reject(new Error("killed")));
      await work(here, dead);
      here.clock.advance(testSettings.leaseMs + minute);
      await sweepClaims(interrupted(here, "table claims.remove", () => retryAndDie(here)));
      expect(await messageOf(here)).toMatchObject({ run: 2, lease: {} });
      await takeUp(here);

      expect(["ProcessedWithErrors", "Processed"]).toContain((await messageOf(here)).state);
      expect((await here.ports.claims.list({ limit: 10 })).items).toEqual([]);
    });
  }
});
