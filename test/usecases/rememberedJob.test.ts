import { beforeEach, describe, expect, test } from "vitest";
import type { DataProject } from "../../shared/domain/dataProject.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import type { Upload } from "../../shared/usecases/enqueue/enqueueMessage.ts";
import { type SharedClock, openHost, sharedClock } from "../support/crashHost.ts";
import {
  bytesOf,
  customerGroups,
  importJob,
  importJobId,
  importProject,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { define, enqueue, look, manifestOf, packageOf, plainUpload } from "./world.ts";

// A process that takes files for a job looks at its definition only now and then, and leaves it to the gate to find what
// was saved meanwhile. Here another process has ended its save right before the next file comes.

const body = "CustomerGroupId\r\n10\r\n";
const newcomer = "00000000-0000-4000-8000-0000000000c9";
const vendors = { ...line, entity: "Vendors" };

let ground: Ground;
let clock: SharedClock;
let other: Ports;

beforeEach(async () => {
  clock = sharedClock();
  ground = memoryGround({ now: clock.now });
  other = openHost(ground, clock);
  await seed(other, []);
  await save(importJob);
  await define(other, "entity", "Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorsEntity" });
});

async function save(job: RecurringJob): Promise<void> {
  await saveJob(other, job, (await isThere()) ? "any" : undefined, operator);
}

async function saveLines(lines: DataProject["lines"]): Promise<void> {
  await saveProject(other, { ...importProject, lines }, "any", operator);
}

const isThere = async () => (await other.definitions.find("job", importJobId)) !== undefined;

const send = (host: Ports, upload: Partial<Upload> = {}, content: string | Uint8Array = body) =>
  enqueue(host, importJob, { ...plainUpload, ...upload, body: bytesOf(content) });

/** A process that has taken a file of the job a moment ago. */
async function openKnowing(onto: Ground = ground, upload: Partial<Upload> = {}): Promise<Ports> {
  const host = openHost(onto, clock);
  await send(host, upload);
  await send(host, upload);
  return host;
}

async function traces(): Promise<object> {
  const payloads = (await other.files.list("inbound", "", { limit: 99 })).items.length;
  return { payloads, messages: (await other.messages.list(importJobId, { limit: 99 })).items.length };
}

describe("a process that took a file of the job a moment ago", () => {
  test("stores the bytes of the next one and commits its message, and asks nothing else of storage", async () => {
    const { ground: counted, calls } = faultyGround(ground);
    const host = await openKnowing(counted);
    const before = calls.length;

    await send(host);

    expect(calls.slice(before).map(({ what }) => what)).toEqual(["blobs inbound.putStream", "table messages.transact"]);
  });

  const disable = () => save({ ...importJob, isEnabled: false });
  const remove = async () => {
    await disable();
    await removeJob(other, importJobId, "any", operator);
  };
  const strip = () => save({ ...importJob, isEnabled: false, applications: [] });
  for (const [what, change] of [
    ["disabled", disable],
    ["stripped of its application", strip],
  ] as const) {
    for (const [how, upload] of [
      ["a file", {}],
      ["a file that it has taken before, under its key", { idempotencyKey: "k" }],
    ] as const) {
      test(`refuses ${how} when the job was ${what} in another one, and leaves nothing`, async () => {
        const host = await openKnowing(ground, upload);
        await change();
        const before = await traces();

        await expect(send(host, upload)).rejects.toMatchObject({ code: "forbidden" });

        expect(await traces()).toEqual(before);
      });
    }
  }

  test("refuses a file that a window knows when the job was disabled in another one", async () => {
    await save({ ...importJob, duplicateWindowMinutes: 5 });
    const host = await openKnowing();
    await save({ ...importJob, duplicateWindowMinutes: 5, isEnabled: false });

    await expect(send(host)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("refuses a file when the job was deleted in another one, and takes it for the job that is made again", async () => {
    const host = openHost(ground, clock);
    await expect(send(host, { entity: "none" })).rejects.toMatchObject({ code: "invalid" });
    await remove();
    await expect(send(host)).rejects.toMatchObject({ code: "forbidden" });

    await save({ ...importJob, company: "DEMF" });

    expect((await look(other, await send(host))).message).toMatchObject({ company: "DEMF" });
  });

  test("lets in whom another one has put on the list, and takes what it has allowed", async () => {
    await save({ ...importJob, useCompanyFromMessage: false });
    const host = await openKnowing();
    await save({
      ...importJob,
      useCompanyFromMessage: true,
      applications: [...importJob.applications, { applicationId: newcomer, isEnabled: true }],
    });

    const messageId = await send(host, { applicationId: newcomer, company: "DEMF" });

    expect((await look(other, messageId)).message).toMatchObject({ applicationId: newcomer, company: "DEMF" });
  });

  test("takes a package when another one made the job one for packages", async () => {
    const host = await openKnowing();
    await save({ ...packageJob, activityId: importJobId, name: importJob.name });

    const messageId = await send(host, {}, await packageOf(manifestOf({}), { "Customer groups.csv": body }));

    expect((await look(other, messageId)).message.entity).toBeUndefined();
  });

  test("chooses the entity by the project as another one has saved it", async () => {
    const host = await openKnowing();
    await saveLines([vendors]);

    await expect(send(host)).rejects.toMatchObject({ code: "invalid", members: [{ path: "entity" }] });
    expect((await look(other, await send(host, { entity: "Vendors" }))).message.entity).toBe("Vendors");
    expect((await look(other, await send(host, { entity: undefined }))).message.entity).toBe("Vendors");
  });

  test("asks for the entity as soon as another one gave the project a second", async () => {
    const host = await openKnowing(ground, { entity: undefined });
    await saveLines([line, { ...vendors, sequence: 2 }]);

    await expect(send(host, { entity: undefined })).rejects.toMatchObject({ members: [{ path: "entity" }] });
  });

  test("goes by a save that was cut off before the gate after some seconds", async () => {
    const host = await openKnowing();
    await define(other, "job", importJobId, { ...importJob, isEnabled: false });
    clock.advance(2_000);

    await expect(send(host)).rejects.toMatchObject({ code: "forbidden" });
  });
});
