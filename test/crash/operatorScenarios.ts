import { DomainError } from "../../shared/domain/errors.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { actOnMessages } from "../../shared/usecases/operate/actOnMessages.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { emptyEntity } from "../../shared/usecases/operate/emptyEntity.ts";
import { discardOpen } from "../../shared/usecases/operate/discardOpen.ts";
import { redeliverMessage } from "../../shared/usecases/operate/redeliverMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { retryParked } from "../../shared/usecases/operate/retryParked.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, exportJob, importJob, operator } from "../support/definitions.ts";
import { messagesOf } from "../support/invariants.ts";
import { define } from "../usecases/world.ts";
import { change, csv, fetchingClient, push, storedRecords } from "./clients.ts";
import { differs, exportProblems, importsOf, mixedFile, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

/** A person who is told that it cannot be done now waits, and asks again. */
async function unlessConflict(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "conflict") throw error;
  }
}

/** No attempt comes to an end, for a reason of its own. */
function failing(ports: Ports): Ports {
  const fail = (): Promise<never> => Promise.reject(new Error("A fault of our own."));
  return { ...ports, entities: { ...ports.entities, upsert: fail, openSnapshot: fail } };
}

/** One attempt of each message, which fails; and then the job allows no other. */
async function useUpAttempts(stage: Stage, job: RecurringJob): Promise<void> {
  const { activityId } = job;
  for (const { id: messageId, direction } of await messagesOf(stage.ports(), activityId)) {
    const kind = direction === "import" ? "importMessage" : "exportMessage";
    await doWork(failing(stage.ports()), { kind, activityId, messageId }).catch(() => undefined);
    await stage.ports().work.send({ kind, activityId, messageId });
  }
  await define(stage.ports(), "job", activityId, { ...job, attemptsMax: 1 });
}

/** Retries what is parked, and then its rejected rows alone, whichever is next. */
const mendImport = async (stage: Stage): Promise<void> => {
  const ports = stage.ports();
  const { activityId } = importJob;
  const [message] = await importsOf(stage, importJob);
  if (message!.parked) await retryParked(ports, activityId, operator, {});
  if (message!.state === "ProcessedWithErrors" && message!.run === 2)
    await unlessConflict(() => retryMessage(ports, activityId, message!.id, operator, { rows: "rejected" }));
};

const parkedImport: Scenario = {
  name: "an import that is parked, retried with all others, and then once more by its rejected rows",
  jobs: [importJob],
  prepare: async (stage) => {
    await push(stage, importJob, mixedFile, "key 1");
    await useUpAttempts(stage, importJob);
  },
  steps: [(stage) => stage.work(), mendImport, (stage) => stage.work(), mendImport, (stage) => stage.work()],
  meanwhile: mendImport,
  check: async (stage) => [
    ...differs("P3: the last run's effect", await outcomes(stage, importJob), ["ProcessedWithErrors 2 0 0 0 2"]),
    ...differs("P6: runs", (await importsOf(stage, importJob))[0]!.run, 3),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

const fetchAll = fetchingClient(exportJob);

async function runExport(stage: Stage): Promise<void> {
  stage.clock.advance(7_000);
  await runJobNow(stage.ports(), exportJob.activityId, operator);
}

const mendExport = async (stage: Stage): Promise<void> => {
  const { activityId } = exportJob;
  for (const { id, parked } of await messagesOf(stage.ports(), activityId)) {
    if (parked) await unlessConflict(() => retryMessage(stage.ports(), activityId, id, operator));
  }
};

const parkedExport: Scenario = {
  name: "an export that is parked, retried and fetched",
  jobs: [exportJob],
  prepare: async (stage) => {
    await change(stage, "c1", ["10", "one"], ["20", "one"]);
    await runExport(stage);
    const [run] = (await stage.ports().occurrences.list(exportJob.activityId, { limit: 1 })).items;
    await doWork(stage.ports(), { kind: "runJob", activityId: exportJob.activityId, dueAt: run!.dueAt });
    await useUpAttempts(stage, exportJob);
  },
  steps: [(stage) => stage.work(), mendExport, (stage) => stage.work(), fetchAll],
  meanwhile: async (stage) => {
    await mendExport(stage);
    await fetchAll(stage);
  },
  check: (stage) => exportProblems(stage, ["10 one", "20 one"]),
};

const lenientJob: RecurringJob = { ...exportJob, ackWithoutDownload: "accept" };

/** A client that acknowledges what it did not download, once where its job refuses that and once where it does not. */
const ackUnread = async (stage: Stage): Promise<void> => {
  const delivery = (await dequeueMessage(stage.ports(), exportJob))?.delivery;
  if (!delivery) return;
  await unlessConflict(() => acknowledgeMessage(stage.ports(), exportJob, delivery));
  await acknowledgeMessage(stage.ports(), lenientJob, delivery);
};

/** Asks until it was done: who got no answer sees whether it was. */
const redeliverOnce = async (stage: Stage): Promise<void> => {
  const { activityId } = exportJob;
  for (const message of await messagesOf(stage.ports(), activityId)) {
    const isWanted = message.direction === "export" && message.file !== undefined && message.redeliveries === undefined;
    if (isWanted) await unlessConflict(() => redeliverMessage(stage.ports(), activityId, message.id, operator));
  }
};

const redelivered: Scenario = {
  name: "an export that is acknowledged and was not downloaded, and is redelivered and fetched",
  jobs: [lenientJob],
  prepare: async (stage) => {
    await change(stage, "c1", ["10", "one"], ["20", "one"]);
    await runExport(stage);
    await stage.work();
  },
  steps: [ackUnread, redeliverOnce, fetchAll],
  // Where a fault kept the delivery from its ack, somebody fetches it first.
  meanwhile: async (stage) => {
    await redeliverOnce(stage);
    await fetchAll(stage);
  },
  check: async (stage) => {
    const [message] = (await messagesOf(stage.ports(), exportJob.activityId)).filter(
      (one) => one.direction === "export" && one.file !== undefined,
    );
    const facts = message?.direction === "export" ? [message.redeliveries, message.isAckedWithoutDownload] : [];
    return [
      ...(await exportProblems(stage, ["10 one", "20 one"])),
      ...differs("P5: put back once, and acknowledged with its file", facts, [1, undefined]),
    ];
  },
};

const prepareDiscards = async (stage: Stage): Promise<void> => {
  for (const key of ["10", "20", "30"]) await push(stage, importJob, csv(`${key},${key},1`), key);
  for (const key of ["a", "b"]) {
    await change(stage, key, [key, key]);
    await runExport(stage);
    await stage.work();
  }
  // The runs of the import job take nothing, since its messages are not pointed at yet.
  await dequeueMessage(stage.ports(), exportJob);
};

/** All at once, and again until none of them remains. */
const discardExports = async (stage: Stage): Promise<void> => {
  const messages = await messagesOf(stage.ports(), exportJob.activityId);
  const ids = messages.filter(({ state }) => state !== "Processed").map(({ id }) => id);
  const { remaining } = await actOnMessages(stage.ports(), ids, operator, { kind: "discard", reason: "Old." });
  if (remaining.length > 0) throw new Error(`${remaining.length} messages remain.`);
};

const discarded: Scenario = {
  name: "messages that are discarded: one that waits, then all that wait, and exports that clients have or could fetch",
  jobs: [importJob, exportJob],
  prepare: prepareDiscards,
  steps: [
    async (stage) => {
      const [first] = await importsOf(stage, importJob);
      await discardMessage(stage.ports(), importJob.activityId, first!.id, operator, "Old.");
    },
    async (stage) => void (await discardOpen(stage.ports(), importJob.activityId, operator, { reason: "Old." })),
    discardExports,
    fetchAll,
  ],
  meanwhile: fetchAll,
  check: async (stage) => [
    ...differs("imports", await outcomes(stage, importJob), ["Discarded", "Discarded", "Discarded"]),
    ...differs("records", await storedRecords(stage.ports()), ["a a", "b b"]),
    ...differs("P5: deliveries", [...stage.deliveries.values()].flat(), []),
  ],
};

/** Who got no answer asks again, and sees it done when the records are not as many any more. */
const emptyGroups = (stage: Stage): Promise<void> =>
  unlessConflict(() => emptyEntity(stage.ports(), customerGroups.name, { company: "USMF", count: 2 }, operator));

const emptied: Scenario = {
  name: "an entity whose records a person removes, and which a file fills again",
  jobs: [importJob],
  prepare: (stage) => change(stage, "c1", ["a", "one"], ["b", "one"]),
  steps: [
    emptyGroups,
    (stage) => push(stage, importJob, csv("10,ten,1", "20,twenty,1", "30,thirty,1"), "key 1"),
    tickAndWork,
    emptyGroups,
  ],
  check: async (stage) => differs("records", await storedRecords(stage.ports()), ["10 ten", "20 twenty", "30 thirty"]),
};

export const decided = { parkedImport, parkedExport, redelivered, discarded, emptied } as const satisfies Readonly<
  Record<string, Scenario>
>;
