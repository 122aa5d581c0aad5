import { beforeEach, describe, expect, test } from "vitest";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { reconcileSchedule } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { exportJob, importJob, importJobId, listedApplication, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";

const minute = 60_000;
const otherId = "00000000-0000-4000-8000-00000000000a";
const hourly = { ...importJob.processingRecurrence!, frequency: "hour" as const };
const monitored = { ...importJob, monitoringRecurrence: hourly };

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
});

const create = (job: RecurringJob, on: Ports = ports) => saveJob(on, job, undefined, operator);
const replace = (job: RecurringJob, on: Ports = ports) => saveJob(on, job, "any", operator);
const scheduleOf = async (id = importJobId) => (await ports.schedules.find("processing", id))?.value;

describe("the schedules of a job", () => {
  test("start with the job, and a due time of this moment is due at once", async () => {
    await create(monitored);

    expect(await scheduleOf()).toEqual({
      activityId: importJobId,
      afterMs: noon - 1,
      occurrencesSoFar: 0,
      nextDueAt: noon,
    });
    expect(await ports.schedules.listDue("monitoring", noon, 10)).toEqual([importJobId]);
  });

  test("keep their progress when the recurrence is saved as it was", async () => {
    await create(importJob);
    await startDueJobs(ports);
    const before = await scheduleOf();

    await replace({ ...importJob, description: "changed" });

    expect(await scheduleOf()).toEqual(before);
    expect(before).toMatchObject({ occurrencesSoFar: 1, nextDueAt: noon + minute });
  });

  test("start afresh when the recurrence changes", async () => {
    await create(importJob);
    await startDueJobs(ports);
    ports.advance(10 * minute);

    await replace({ ...importJob, processingRecurrence: hourly });

    expect(await scheduleOf()).toMatchObject({ occurrencesSoFar: 0, nextDueAt: noon + 60 * minute });
  });

  test("count anew when only the end of the recurrence changes", async () => {
    const endsAfter = (occurrences: number) => ({
      ...importJob.processingRecurrence!,
      end: { kind: "after" as const, occurrences },
    });
    await create({ ...importJob, processingRecurrence: endsAfter(5) });
    await startDueJobs(ports);

    await replace({ ...importJob, processingRecurrence: endsAfter(6) });

    expect(await scheduleOf()).toMatchObject({ occurrencesSoFar: 0 });
  });

  test("stand still while the job is disabled, and do not catch up afterwards", async () => {
    await create(importJob);
    await replace({ ...importJob, isEnabled: false });
    expect(await scheduleOf()).not.toHaveProperty("nextDueAt");
    ports.advance(100 * minute);

    await replace(importJob);

    expect(await scheduleOf()).toMatchObject({ nextDueAt: noon + 100 * minute });
  });

  test("end with the monitoring recurrence that is taken away", async () => {
    await create(monitored);

    await replace(importJob);

    expect(await ports.schedules.listDue("monitoring", noon + 1e9, 10)).toEqual([]);
  });
});

describe("a save that is cut off before the schedules are written", () => {
  const cutOff = (): Ports => ({
    ...ports,
    schedules: { ...ports.schedules, save: () => Promise.reject(new Error("cut off")) },
  });

  test("is mended by the next PUT of the job, even one that is refused", async () => {
    await expect(create(importJob, cutOff())).rejects.toThrow("cut off");
    expect(await scheduleOf()).toBeUndefined();

    await expect(create(importJob)).rejects.toMatchObject({ code: "preconditionRequired" });

    expect(await scheduleOf()).toMatchObject({ nextDueAt: noon });
  });

  test("is mended when a recurrence was changed", async () => {
    await create(importJob);
    await startDueJobs(ports);
    await expect(replace({ ...importJob, processingRecurrence: hourly }, cutOff())).rejects.toThrow("cut off");
    ports.advance(10 * minute);

    await reconcileSchedule(ports, { ...importJob, processingRecurrence: hourly });

    expect(await scheduleOf()).toMatchObject({ nextDueAt: noon + 60 * minute });
  });

  test("is mended when the job was disabled", async () => {
    await create(importJob);
    await expect(replace({ ...importJob, isEnabled: false }, cutOff())).rejects.toThrow("cut off");

    await reconcileSchedule(ports, { ...importJob, isEnabled: false });

    expect(await scheduleOf()).not.toHaveProperty("nextDueAt");
  });
});

describe("the name of a job", () => {
  test("is unique over all jobs without regard to case", async () => {
    await create(importJob);

    await expect(create({ ...importJob, activityId: otherId, name: "CUSTOMER groups in" })).rejects.toMatchObject({
      members: [{ path: "name" }],
    });
  });

  test("is free again after the job was renamed", async () => {
    await create(importJob);
    await replace({ ...importJob, name: "Renamed" });

    expect(await ports.definitions.reserveJobName(importJob.name, otherId)).toBe(otherId);
    await expect(create({ ...importJob, activityId: otherId })).resolves.toMatchObject({ isNew: true });
  });

  test("is not held by a save that was cut off before the job was stored", async () => {
    const cutOff: Ports = {
      ...ports,
      definitions: { ...ports.definitions, save: () => Promise.reject(new Error("cut off")) },
    };
    await expect(create(importJob, cutOff)).rejects.toThrow("cut off");

    await expect(create({ ...importJob, activityId: otherId })).resolves.toMatchObject({ isNew: true });
  });

  test("goes to one of two jobs that are saved at the same time", async () => {
    const results = await Promise.allSettled([create(importJob), create({ ...importJob, activityId: otherId })]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a job is refused", () => {
  const { company: _company, ...withoutCompany } = importJob;
  const { processingRecurrence: _recurrence, ...withoutRecurrence } = importJob;
  const recurrence = importJob.processingRecurrence!;

  test.each<[string, string, RecurringJob]>([
    ["project", "a project that is not there", { ...importJob, project: "Nothing" }],
    ["direction", "a project of the other direction", { ...importJob, project: exportJob.project }],
    ["company", "no company for a per-company entity", withoutCompany],
    ["processingRecurrence", "no recurrence although enabled", withoutRecurrence],
    ["applications", "no enabled application although enabled", { ...importJob, applications: [] }],
    [
      "processingRecurrence.timeZone",
      "a time zone that nobody knows",
      { ...importJob, processingRecurrence: { ...recurrence, timeZone: "Europe/Atlantis" } },
    ],
    [
      "monitoringRecurrence.end",
      "a recurrence that ends before its first due time",
      {
        ...importJob,
        monitoringRecurrence: {
          ...recurrence,
          frequency: "month",
          monthDay: 1,
          end: { kind: "by", date: "2026-11-25" },
        },
      },
    ],
    [
      "duplicateWindowMinutes",
      "a duplicate window that is longer than files are remembered",
      { ...importJob, duplicateWindowMinutes: 7 * 24 * 60 + 1 },
    ],
    ["activityId", "the all-zero activity id", { ...importJob, activityId: "00000000-0000-0000-0000-000000000000" }],
  ])("at %s with %s", async (path, _why, job) => {
    await expect(create(job)).rejects.toMatchObject({ code: "invalid", members: [{ path }] });

    expect((await ports.definitions.list("job", { limit: 10 })).items).toEqual([]);
  });

  test("when it changes its direction", async () => {
    await create(importJob);

    await expect(replace({ ...exportJob, activityId: importJobId })).rejects.toMatchObject({
      members: [{ path: "direction" }],
    });
  });
});

test("every save writes who saved what into the audit trail", async () => {
  const entries: unknown[] = [];
  const audited: Ports = { ...ports, audit: { ...ports.audit, record: async (entry) => void entries.push(entry) } };

  await create(importJob, audited);

  expect(entries).toEqual([
    {
      at: noon,
      applicationId: listedApplication,
      action: "save",
      kind: "job",
      target: importJobId,
      detail: "version 1",
    },
  ]);
});
