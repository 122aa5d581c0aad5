import { DomainError } from "../../shared/domain/errors.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { FileRoom } from "../../shared/ports.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { deleteJob } from "../../shared/usecases/operate/deleteJob.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { removeMessage } from "../../shared/usecases/retention/removeMessage.ts";
import { removeOrphans } from "../../shared/usecases/retention/pruneMessages.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { bytesOf, importJob, operator } from "../support/definitions.ts";
import { ledgerOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { define } from "../usecases/world.ts";
import { change, csv, push, storedRecords } from "./clients.ts";
import { daily, differs, importsOf, mixedFile, mixedOutcome, outcomes, tickAndWork } from "./outcomes.ts";

const minute = 60_000;
const { activityId } = importJob;
const disabled: RecurringJob = { ...importJob, isEnabled: false };

const save =
  (job: RecurringJob) =>
  async (stage: Stage): Promise<void> =>
    void (await saveJob(stage.ports(), job, "any", operator));

/** Who got no answer asks again, and sees it done when the job is not found. */
async function unlessGone(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "notFound") throw error;
  }
}

const removeAll = (stage: Stage): Promise<void> =>
  unlessGone(() => deleteJob(stage.ports(), activityId, "any", operator, { isDiscarding: true }));

/** Asked for while the job is being deleted: its row comes after everything was cleared away. */
const runMeanwhile = (stage: Stage): Promise<void> =>
  unlessGone(async () => {
    const ports = stage.ports();
    const insert: typeof ports.occurrences.insert = async (occurrence) => {
      await removeAll(stage);
      return ports.occurrences.insert(occurrence);
    };
    await runJobNow({ ...ports, occurrences: { ...ports.occurrences, insert } }, activityId, operator);
  });

const deletedJob: Scenario = {
  name: "a job that is disabled, enabled, disabled and deleted with what waits, while somebody asks for a run",
  jobs: [importJob],
  prepare: async (stage) => {
    await push(stage, importJob, mixedFile, "key 1");
    stage.clock.advance(7_000);
  },
  steps: [
    save(disabled),
    save(importJob),
    save(disabled),
    runMeanwhile,
    (stage) => stage.work(),
    // Whatever a request left that was cut off goes when it is repeated.
    removeAll,
  ],
  check: async (stage) => [
    ...differs("the job", await stage.ports().definitions.find("job", activityId), undefined),
    ...differs("its message", await outcomes(stage, importJob), ["Discarded"]),
    ...differs("records", await storedRecords(stage.ports()), []),
    ...differs("P8: its ledger", await ledgerOf(stage.ports(), activityId), []),
  ],
};

const monitoredJob: RecurringJob = { ...importJob, monitoringRecurrence: importJob.processingRecurrence! };

/** As a save leaves it that was cut off behind the definition: the schedules run on. */
const disableAlone = (stage: Stage): Promise<void> =>
  define(stage.ports(), "job", activityId, { ...monitoredJob, isEnabled: false });

const measure = async (stage: Stage): Promise<void> => {
  stage.clock.advance(minute);
  await watchLoad(stage.ports());
};

const monitored: Scenario = {
  name: "a job whose queue is measured, until it is disabled by a save that is cut off",
  jobs: [monitoredJob],
  prepare: (stage) => push(stage, monitoredJob, mixedFile, "key 1"),
  steps: [measure, disableAlone, measure, (stage) => stage.tick(), save(monitoredJob), tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, monitoredJob), [mixedOutcome]),
    ...((await stage.ports().loadSamples.list(activityId, { limit: 9 })).items.length > 0
      ? []
      : ["no sample was taken"]),
  ],
};

const leaveRuns = async (stage: Stage): Promise<void> => {
  await push(stage, importJob, mixedFile, "key 1");
  stage.clock.advance(7_000);
  await runJobNow(stage.dying("table occurrences.transact"), activityId, operator).catch(() => undefined);
  stage.clock.advance(testSettings.resendAfterMs);
  await startDueJobs(stage.dying("table occurrences.transact")).catch(() => undefined);
};

const leftRuns: Scenario = {
  name: "a run and a tick that died behind their rows in the ledger",
  jobs: [importJob],
  prepare: leaveRuns,
  steps: [
    (stage) => doWork(stage.ports(), { kind: "upkeep", part: "keepUpJobs" }),
    (stage) => stage.tick(),
    (stage) => stage.work(),
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), [mixedOutcome]),
    ...(await ledgerOf(stage.ports(), activityId))
      .filter((row) => row.trigger === "manual" && row.state !== "finished")
      .map((row) => `P8: the run of ${row.dueAt} is ${row.state}`),
  ],
};

const dailyJob = daily(importJob);
/** An orphan is looked for in the window of ids, of 2^20 ms, that has just become old enough. */
const orphanFoundAfterMs = testSettings.orphanAfterMs + 2 ** 20;

const storeOrphan = async (stage: Stage, room: FileRoom = "inbound"): Promise<void> => {
  const ports = stage.ports();
  await ports.files.store(room, ports.ids.next(), bytesOf("cut off"), activityId);
};

const leaveOld = async (stage: Stage): Promise<void> => {
  for (const key of ["10", "20"]) await push(stage, dailyJob, csv(`${key},${key},1`), key);
  await tickAndWork(stage);
  const [first] = await importsOf(stage, dailyJob);
  const stored = (await stage.ports().messages.find(activityId, first!.id))!;
  await removeMessage(stage.dying("table messages.transact"), stored).catch(() => undefined);
  await storeOrphan(stage);
  // As a run leaves it that dies before its message is there.
  await storeOrphan(stage, "outbound");
  stage.accepted.length = 0;
  // It waits for the next day, and so it stays.
  await push(stage, dailyJob, csv("30,30,1"), "30");
  stage.clock.advance(testSettings.retentionMs - orphanFoundAfterMs);
  await storeOrphan(stage);
};

const part = (name: "pruneMessages" | "pruneOldImports") => (stage: Stage) =>
  doWork(stage.ports(), { kind: "upkeep", part: name });

const oldRemains: Scenario = {
  name: "what a removal left that died, old orphans and new ones, and an old message that waits",
  jobs: [dailyJob],
  prepare: leaveOld,
  steps: [
    async (stage) => {
      stage.clock.advance(orphanFoundAfterMs);
      await removeOrphans(stage.ports());
    },
    async (stage) => {
      stage.clock.advance(5 * minute);
      await part("pruneMessages")(stage);
    },
    part("pruneOldImports"),
  ],
  check: async (stage) => differs("what waited", await outcomes(stage, dailyJob), ["Processed 1 1 0 0 0"]),
};

const commits = ["a", "b", "c", "d", "e", "f"];

const layers: Scenario = {
  name: "the layers of many commits, which the upkeep merges",
  jobs: [dailyJob],
  prepare: async (stage) => {
    for (const key of commits) await change(stage, key, [key, "small"]);
  },
  steps: [(stage) => doWork(stage.ports(), { kind: "upkeep", part: "sendCompactions" }), (stage) => stage.work()],
  check: async (stage) => [
    ...differs(
      "records",
      await storedRecords(stage.ports()),
      commits.map((key) => `${key} small`),
    ),
  ],
};

export const deleteAndSave = { deletedJob, monitored, leftRuns, oldRemains, layers } as const satisfies Readonly<
  Record<string, Scenario>
>;
