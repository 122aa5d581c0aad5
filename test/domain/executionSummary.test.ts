import { expect, test } from "vitest";
import { type EntityExecution, type Execution, newEntityExecution } from "../../shared/domain/execution.ts";
import { entitySummaryStatus, isRunOver, runStatus, summaryStatus } from "../../shared/domain/executionSummary.ts";
import {
  acceptMessage,
  claim,
  discard,
  finishImport,
  type InboundMessage,
} from "../../shared/domain/inboundMessage.ts";
import { claimExport, newExport, offerFile, startExporting } from "../../shared/domain/outboundMessage.ts";

const none = newEntityExecution({ entity: "Groups", format: "CSV", fileName: "groups.csv", company: undefined });
const finished: EntityExecution = { ...none, status: "finished" };

const statusOf = (entities: readonly EntityExecution[], more: Partial<Execution> = {}) =>
  summaryStatus(executionOf(entities, more));

function executionOf(entities: readonly EntityExecution[], more: Partial<Execution> = {}): Execution {
  return {
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
  };
}

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

const waiting = acceptMessage({
  id: "m",
  activityId: "a",
  order: "1",
  enqueuedAt: 1,
  applicationId: "c",
  sizeBytes: 1,
  sha256: "",
});
const claimed = claim(waiting, 1, 10, "e");
const failed = finishImport(claimed, "PreProcessingError", 2, "no header");
const begun = executionOf([], { finishedAt: undefined as never });
const refused = executionOf([], { finishedAt: 2, failure: "no header" });
const good = executionOf([{ ...finished, created: 1 }]);
const by = { applicationId: "o", reason: "a double" };
const exporting = startExporting(
  claimExport(newExport({ id: "m", activityId: "a", dueAt: 1, enqueuedAt: 1 }), 1, 10, "e"),
  1,
);
const offered = offerFile(exporting, 3, { name: "m/1", sizeBytes: 1, totalRecords: 1 });

test.each([
  ["waits and has begun nothing", runStatus(waiting, undefined), "NotRun"],
  ["waits, with an execution that somebody was told of", runStatus({ ...waiting, executionId: "e" }, begun), "NotRun"],
  ["is at work", runStatus(claimed, begun), "Executing"],
  ["is about to end", runStatus(claimed, good), "Executing"],
  ["waits for another attempt", runStatus({ ...claimed, state: "Enqueued" } as InboundMessage, begun), "Executing"],
  ["could not be read", runStatus(failed, refused), "Failed"],
  ["was given up before it began", runStatus(discard(waiting, { at: 2, ...by }), undefined), "Canceled"],
  ["was given up after it had failed", runStatus(discard(failed, { at: 3, ...by }), refused), "Failed"],
  ["was given up between two attempts", runStatus(discard(failed, { at: 2, ...by }), refused), "Canceled"],
  ["waits for a retry, by an earlier execution", runStatus(waiting, refused), "Failed"],
  ["is past its retention", runStatus(undefined, good), "Succeeded"],
  ["exported, before the package is offered", runStatus(exporting, good), "Executing"],
  ["exported", runStatus(offered, good), "Succeeded"],
])("a run that %s is %s to clients", (_what, status, expected) => {
  expect(status).toBe(expected);
});

test.each([
  ["waits for a later one", isRunOver(waiting, refused)],
  ["has failed", isRunOver(failed, refused)],
  ["is offered", isRunOver(offered, good)],
  ["is past its retention", isRunOver(undefined, good)],
])("an execution is over when its message %s", (_what, is) => {
  expect(is).toBe(true);
});

test.each([
  ["is at work", isRunOver(claimed, good)],
  ["is not accepted yet", isRunOver(undefined, begun)],
])("an execution is not over while its message %s", (_what, is) => {
  expect(is).toBe(false);
});

test.each([
  ["has not begun", none, "NotRun"],
  ["was left out", { ...none, status: "notRun" }, "NotRun"],
  ["is at work", { ...none, status: "executing" }, "Executing"],
  ["brought all records", { ...finished, unchanged: 2 }, "Succeeded"],
  ["exported", { ...finished, exported: 2 }, "Succeeded"],
  ["rejected some", { ...finished, created: 1, failed: 1 }, "PartiallySucceeded"],
  ["rejected all", { ...finished, failed: 1 }, "Failed"],
  ["could not be read to its end", { ...none, status: "error", unprocessed: 3 }, "Failed"],
  ["waits in staging", { ...none, status: "staged", unprocessed: 3 }, "Succeeded"],
  ["waits in staging without some", { ...none, status: "staged", unprocessed: 3, failed: 1 }, "PartiallySucceeded"],
] as const)("an entity that %s is %s to clients", (_what, entity, expected) => {
  expect(entitySummaryStatus(entity as EntityExecution)).toBe(expected);
});
