import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { DomainError } from "../../shared/domain/errors.ts";
import { openResultFile } from "../../shared/usecases/watch/openResultFile.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import {
  exportJob,
  exportProject,
  importJob,
  listedApplication,
  operator,
  packageJob,
} from "../support/definitions.ts";
import { ledgerOf, messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { manifestOf, packageOf, textOf } from "../usecases/world.ts";
import { change, csv, fetchingClient, push, storedRecords } from "./clients.ts";
import { deleteAndSave } from "./jobScenarios.ts";
import { interrupted } from "./interruptedScenarios.ts";
import { mends } from "./mendScenarios.ts";
import { numbered } from "./numberedScenarios.ts";
import { decided } from "./operatorScenarios.ts";
import {
  daily,
  differs,
  exportProblems,
  importsOf,
  mixedFile,
  mixedOutcome,
  mixedRecords,
  outcomes,
  tickAndWork,
} from "./outcomes.ts";
import { ownRuns } from "./ownRunScenarios.ts";
import { packages } from "./packageScenarios.ts";
import { linesSideBySide } from "./sideBySideScenarios.ts";
import { stagedImports } from "./stagedScenarios.ts";
import { composites } from "./treeScenarios.ts";
import { stylesheetImports } from "./stylesheetScenarios.ts";
import { announcements } from "./webhookScenarios.ts";
import { uploads } from "./uploadScenarios.ts";

async function failedLines(stage: Stage, job: RecurringJob): Promise<readonly string[]> {
  const [message] = await importsOf(stage, job);
  if (message?.executionId === undefined) return [];
  const file = await openResultFile(stage.ports(), message.executionId, "Customer groups", "failed");
  return (await textOf(file.read())).split("\r\n").flatMap((row) => (/^\d/.test(row) ? [row.split(",")[0]!] : []));
}

const readResults =
  (job: RecurringJob) =>
  async (stage: Stage): Promise<void> => {
    const [message] = await importsOf(stage, job);
    // After a fault the message may still be on its way.
    if (message?.state !== "ProcessedWithErrors") return;
    for (const kind of ["failed", "succeeded"] as const) {
      await textOf((await openResultFile(stage.ports(), message.executionId!, "Customer groups", kind)).read());
    }
  };

const keyedFile: Scenario = {
  name: "a file under an idempotency key, from its push to its result files",
  jobs: [importJob],
  steps: [(stage) => push(stage, importJob, mixedFile, "key 1"), tickAndWork, readResults(importJob)],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
    ...differs("P7: failed lines", await failedLines(stage, importJob), ["3", "6"]),
  ],
};

const unkeyedFile: Scenario = {
  name: "a file without a key",
  jobs: [importJob],
  steps: [(stage) => push(stage, importJob, mixedFile, undefined), tickAndWork],
  check: async (stage) => {
    const [first, ...others] = await outcomes(stage, importJob);
    return [
      ...differs("P3: the first effect", first, mixedOutcome),
      ...others.flatMap((other) => differs("P3: a repeat's effect", other, "ProcessedWithErrors 6 0 0 4 2")),
      ...differs("records", await storedRecords(stage.ports()), mixedRecords),
    ];
  },
};

const windowJob = { ...importJob, duplicateWindowMinutes: 60 };
const fileInWindow: Scenario = {
  name: "a file on a job that recognises repeated files",
  jobs: [windowJob],
  steps: [(stage) => push(stage, windowJob, mixedFile, undefined), tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, windowJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

const mixedPackage = await packageOf(manifestOf({}), { "Customer groups.csv": mixedFile });
const keyedPackage: Scenario = {
  name: "a data package under an idempotency key",
  jobs: [packageJob],
  steps: [(stage) => push(stage, packageJob, mixedPackage, "key 1"), tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, packageJob), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
    ...differs("P7: failed lines", await failedLines(stage, packageJob), ["3", "6"]),
  ],
};

const orderedJob: RecurringJob = { ...importJob, isOrdered: true };
const blockingJob: RecurringJob = { ...orderedJob, onHeadError: "block" };
/** No column is the entity's key, so that the file cannot be imported. */
const brokenFile = "Nothing\r\n1\r\n";
const pushThree = (job: RecurringJob) => [
  (stage: Stage) => push(stage, job, csv("10,first,1"), "key 1"),
  (stage: Stage) => push(stage, job, brokenFile, "key 2"),
  (stage: Stage) => push(stage, job, csv("10,third,1"), "key 3"),
];

const orderedGoesOn: Scenario = {
  name: "an ordered job that goes on behind a message that fails",
  jobs: [orderedJob],
  steps: [...pushThree(orderedJob), tickAndWork],
  check: async (stage) => [
    ...differs("P4", await outcomes(stage, orderedJob), [
      "Processed 1 1 0 0 0",
      "PreProcessingError",
      "Processed 1 0 1 0 0",
    ]),
    ...differs("records", await storedRecords(stage.ports()), ["10 third"]),
  ],
};

const orderedBlocks: Scenario = {
  name: "an ordered job that a failed message blocks",
  jobs: [blockingJob],
  steps: [...pushThree(blockingJob), tickAndWork],
  check: async (stage) => [
    ...differs("P4", await outcomes(stage, blockingJob), ["Processed 1 1 0 0 0", "PreProcessingError", "Enqueued"]),
    ...differs("records", await storedRecords(stage.ports()), ["10 first"]),
  ],
};

async function second(stage: Stage): Promise<InboundMessage> {
  return (await importsOf(stage, blockingJob))[1]!;
}

/** A person who got no answer asks again, and sees it done when the message no longer is what it was. */
const retrySecond = async (stage: Stage): Promise<void> => {
  const { id, run } = await second(stage);
  if (run === 1) await retryMessage(stage.ports(), blockingJob.activityId, id, operator);
};

const releaseSecond = async (stage: Stage): Promise<void> => {
  const { id } = await second(stage);
  const progress = await stage.ports().messages.findProgress(blockingJob.activityId);
  if (progress?.value.blockedBy === id) {
    await releaseMessage(stage.ports(), blockingJob.activityId, id, operator);
  }
};

const prepareBlocked = async (stage: Stage): Promise<void> => {
  for (const step of pushThree(blockingJob)) await step(stage);
  await tickAndWork(stage);
};

const retryAndRelease: Scenario = {
  name: "a blocked job whose head is retried, fails again, and is released",
  jobs: [blockingJob],
  prepare: prepareBlocked,
  steps: [retrySecond, (stage) => stage.work(), tickAndWork, releaseSecond, (stage) => stage.work()],
  // Where a fault delayed the retried run, the head blocks only later.
  meanwhile: releaseSecond,
  check: async (stage) => [
    ...differs("P4", await outcomes(stage, blockingJob), [
      "Processed 1 1 0 0 0",
      "PreProcessingError",
      "Processed 1 0 1 0 0",
    ]),
    ...differs("records", await storedRecords(stage.ports()), ["10 third"]),
    ...differs("P6: the head's runs", (await second(stage)).run, 2),
    ...differs("P6: the head is set aside", (await second(stage)).parked !== undefined, true),
  ],
};

const discardSecond = async (stage: Stage): Promise<void> => {
  const { id } = await second(stage);
  await discardMessage(stage.ports(), blockingJob.activityId, id, operator, "Of the old form.");
};

const discardHead: Scenario = {
  name: "a blocked job whose head is discarded",
  jobs: [blockingJob],
  prepare: prepareBlocked,
  steps: [discardSecond, (stage) => stage.work()],
  check: async (stage) => [
    ...differs("P4", await outcomes(stage, blockingJob), ["Processed 1 1 0 0 0", "Discarded", "Processed 1 0 1 0 0"]),
    ...differs("records", await storedRecords(stage.ports()), ["10 third"]),
    ...differs("who and why", (await second(stage)).discarded?.reason, "Of the old form."),
  ],
};

const fetchAll = fetchingClient(exportJob);
/** The order of the rows needs a staging, and what leaves the filter a file of its own. */
const incrementalExport: Scenario = {
  name: "two incremental exports, filtered, sorted and with tombstones, each dequeued, downloaded and acknowledged",
  jobs: [exportJob],
  prepare: async (stage) => {
    await change(stage, "c1", ["10", "one"], ["20", "one"], ["30", "one"]);
    const filter = [{ field: "DESCRIPTION", criteria: "!other" }];
    await linesOf(stage, { filter, sort: [{ field: "DESCRIPTION", descending: true }], tombstones: true });
  },
  steps: [
    tickAndWork,
    fetchAll,
    (stage) => change(stage, "c2", ["20", "two"], ["30", "other"], ["40", "two"]),
    tickAndWork,
    fetchAll,
  ],
  meanwhile: fetchAll,
  // A fault may join both changes in one export, which delivers the newer value alone.
  check: async (stage) => {
    const both = ["10 one", "20 one", "20 two", "30 one", "40 two", "gone 30"];
    const joined = ["10 one", "20 two", "40 two"];
    const isJoined = [...stage.deliveries.values()].filter((rows) => rows.length > 0).length === 1;
    return exportProblems(stage, isJoined ? joined : both);
  },
};

const askForExport = async (stage: Stage): Promise<void> => {
  stage.clock.advance(7_000);
  await runJobNow(stage.ports(), exportJob.activityId, operator);
};

/** One of them, or all of them once more after a fault, deliver the change; the others find nothing new. */
const exportsInTurn: Scenario = {
  name: "three runs of an export that people ask for at once",
  jobs: [exportJob],
  prepare: (stage) => change(stage, "c1", ["10", "one"], ["20", "one"]),
  steps: [askForExport, askForExport, askForExport, (stage) => stage.work(), fetchAll],
  meanwhile: fetchAll,
  check: async (stage) => {
    const ledger = await ledgerOf(stage.ports(), exportJob.activityId);
    return [
      ...(await exportProblems(stage, ["10 one", "20 one"])),
      ...ledger
        .filter((row) => row.trigger === "manual" && row.state !== "finished")
        .map((row) => `P8: the run of ${row.dueAt} is ${row.state}`),
    ];
  },
};

/** Asked for by a person, who asks again after an error; a run that was recorded is run, whatever its request said. */
const manualRun: Scenario = {
  name: "a run that a person asks for",
  jobs: [importJob],
  prepare: (stage) => push(stage, importJob, mixedFile, undefined),
  steps: [
    async (stage) => {
      // At no due time, so that the ledger tells the one from the other.
      stage.clock.advance(7_000);
      await runJobNow(stage.ports(), importJob.activityId, operator);
    },
    (stage) => stage.work(),
  ],
  check: async (stage) => {
    const ledger = await ledgerOf(stage.ports(), importJob.activityId);
    return [
      ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
      ...ledger
        .filter((row) => row.trigger === "manual" && row.state !== "finished")
        .map((row) => `P8: the run of ${row.dueAt} is ${row.state}`),
    ];
  },
};

const linesOf = async (stage: Stage, changes: Partial<EntityLine>): Promise<void> => {
  const stored = (await stage.ports().definitions.find("project", exportProject.name))!;
  const value = { ...stored.value, lines: stored.value.lines.map((line) => ({ ...line, ...changes })) };
  const by = { at: stage.clock.now(), applicationId: listedApplication };
  await stage.ports().definitions.save("project", exportProject.name, value, { etag: stored.etag }, by);
};

/** An export whose entity line names a format that is gone, until somebody mends it and asks for another run. */
const lineOf = (stage: Stage, format: string): Promise<void> => linesOf(stage, { format });

const retryFailedExport = async (stage: Stage): Promise<void> => {
  const failed = (await messagesOf(stage.ports(), exportJob.activityId)).filter(
    (message) => message.state === "PostProcessingError",
  );
  for (const { id } of failed) {
    try {
      await retryMessage(stage.ports(), exportJob.activityId, id, operator);
    } catch (error) {
      // The job's next run goes on: the person waits, and asks again.
      if (!(error instanceof DomainError) || error.code !== "conflict") throw error;
    }
  }
};

const retriedExport: Scenario = {
  name: "an export that fails, is retried and fetched",
  jobs: [exportJob],
  prepare: async (stage) => {
    await change(stage, "c1", ["10", "one"], ["20", "one"]);
    await lineOf(stage, "gone");
  },
  steps: [
    tickAndWork,
    (stage) => lineOf(stage, "CSV"),
    retryFailedExport,
    (stage) => stage.work(),
    fetchAll,
    tickAndWork,
    fetchAll,
  ],
  meanwhile: async (stage) => {
    await retryFailedExport(stage);
    await fetchAll(stage);
  },
  check: (stage) => exportProblems(stage, ["10 one", "20 one"]),
};

/** Days in which nothing ran, under each policy for the due times that were missed. */
const longStop = (misfirePolicy: RecurringJob["misfirePolicy"], minutes: number): Scenario => {
  const job = { ...importJob, misfirePolicy };
  return {
    name: `a tick after a long stop, of a job that makes up for missed runs by "${misfirePolicy}"`,
    jobs: [job],
    prepare: (stage) => push(stage, job, mixedFile, "key 1"),
    steps: [
      async (stage) => {
        stage.clock.advance(minutes * 60_000);
        await stage.tick();
      },
      (stage) => stage.work(),
    ],
    check: async (stage) => differs("P3: effects", await outcomes(stage, job), [mixedOutcome]),
  };
};

/** What a retention has to clear away: an import, an export, and the payload of an enqueue that was cut off. */
const prepareOld = async (stage: Stage): Promise<void> => {
  await push(stage, importJob, mixedFile, "key 1");
  await tickAndWork(stage);
  stage.clock.advance(7_000);
  await runJobNow(stage.ports(), exportJob.activityId, operator);
  await stage.work();
  await fetchAll(stage);
  await stage.ports().files.store("inbound", stage.ports().ids.next(), bytes("cut off"), importJob.activityId);
  for (const key of ["a", "b", "c", "d"]) await change(stage, key, [key, "small"]);
  stage.accepted.length = 0;
};

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const upkeep: Scenario = {
  name: "the upkeep of what is past its time: messages, orphans, many small commits",
  jobs: [daily(importJob), daily(exportJob)],
  prepare: prepareOld,
  steps: [
    (stage) => stage.keepUp(),
    async (stage) => {
      stage.clock.advance(testSettings.retentionMs + 5 * 60_000);
      await stage.keepUp();
    },
    tickAndWork,
    (stage) => stage.keepUp(),
  ],
  meanwhile: fetchAll,
  check: async (stage) =>
    differs("records", await storedRecords(stage.ports()), [
      ...mixedRecords,
      "a small",
      "b small",
      "c small",
      "d small",
    ]),
};

/** Each is swept by a file of its own in `sweep/`, so that they run side by side. */
export const scenarios = {
  ...numbered,
  keyedFile,
  unkeyedFile,
  fileInWindow,
  keyedPackage,
  orderedGoesOn,
  orderedBlocks,
  retryAndRelease,
  discardHead,
  incrementalExport,
  manualRun,
  exportsInTurn,
  retriedExport,
  longStopSkip: longStop("skip", 26),
  longStopOnce: longStop("once", 26),
  longStopAll: longStop("all", 6),
  upkeep,
  ...uploads,
  ...ownRuns,
  ...packages,
  ...announcements,
  ...interrupted,
  ...decided,
  ...deleteAndSave,
  ...linesSideBySide,
  ...stagedImports,
  ...mends,
  ...composites,
  ...stylesheetImports,
} as const satisfies Readonly<Record<string, Scenario>>;
