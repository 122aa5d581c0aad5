import { expect, test } from "vitest";
import { type EntityExecution, type Execution, newEntityExecution } from "../../shared/domain/execution.ts";
import { summaryStatus } from "../../shared/domain/executionSummary.ts";

const none = newEntityExecution({ entity: "Groups", format: "CSV", fileName: "groups.csv", company: undefined });
const finished: EntityExecution = { ...none, status: "finished" };

const statusOf = (entities: readonly EntityExecution[], more: Partial<Execution> = {}) =>
  summaryStatus({
    id: "e",
    messageId: "m",
    activityId: "a",
    direction: "import",
    project: "P",
    projectVersion: 1,
    jobVersion: 1,
    attempt: 1,
    startedAt: 1,
    finishedAt: 2,
    warnings: [],
    entities,
    ...more,
  });

test.each([
  ["has not ended", statusOf([finished], { finishedAt: undefined as never }), "Executing"],
  ["brought all records", statusOf([{ ...finished, created: 1 }]), "Succeeded"],
  ["had none to bring", statusOf([finished]), "Succeeded"],
  ["exported", statusOf([{ ...finished, exported: 3 }], { direction: "export" }), "Succeeded"],
  ["rejected some", statusOf([{ ...finished, unchanged: 1, failed: 1 }]), "PartiallySucceeded"],
  ["rejected all", statusOf([{ ...finished, failed: 1 }]), "Failed"],
  [
    "failed behind an entity",
    statusOf([
      { ...finished, updated: 1 },
      { ...none, status: "error" },
    ]),
    "PartiallySucceeded",
  ],
  ["failed before all", statusOf([], { failure: "The file is no package." }), "Failed"],
])("an execution that %s is %s to clients", (_what, status, expected) => {
  expect(status).toBe(expected);
});
