import { describe, expect, test } from "vitest";
import { type RecurringJob, orderOfJob } from "../../shared/domain/recurringJob.ts";
import { blocksOnError } from "../../shared/domain/runOrder.ts";
import { exportJob, importJob } from "../support/definitions.ts";

describe("the order of a run", () => {
  test("is the same whoever may call its job, and whenever that runs", () => {
    const other: RecurringJob = {
      ...importJob,
      name: "Another name",
      isEnabled: false,
      applications: [],
      misfirePolicy: "skip",
    };
    expect(orderOfJob(other)).toEqual(orderOfJob(importJob));
  });

  test("counts days where the job's recurrence does, and in UTC where it has none", () => {
    const { processingRecurrence: _, ...unscheduled } = exportJob;
    const recurrence = { ...exportJob.processingRecurrence!, timeZone: "Asia/Tehran" };
    expect(orderOfJob({ ...unscheduled, processingRecurrence: recurrence }).timeZone).toBe("Asia/Tehran");
    expect(orderOfJob(unscheduled).timeZone).toBe("UTC");
  });

  test("lets an error hold up what waits behind it only where that is in order and told to block", () => {
    const ordered = orderOfJob({ ...importJob, isOrdered: true });
    expect(blocksOnError({ ...ordered, onHeadError: "block" })).toBe(true);
    expect(blocksOnError(ordered)).toBe(false);
    expect(blocksOnError(undefined)).toBe(false);
  });
});
