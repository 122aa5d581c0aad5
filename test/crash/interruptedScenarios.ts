import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Execution } from "../../shared/domain/execution.ts";
import type { Claim, Ports } from "../../shared/ports.ts";
import type { EntityRef, UpsertCommit } from "../../shared/ports/entityStore.ts";
import type { JobWork } from "../../shared/ports/workQueue.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { sweepClaims } from "../../shared/usecases/upkeep/sweepClaims.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { exportJob, importJob, operator, packageJobId } from "../support/definitions.ts";
import { ledgerOf, messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { change, csv, fetchingClient, push, storedRecords } from "./clients.ts";
import { daily, differs, exportProblems, importsOf, outcomes } from "./outcomes.ts";

const { leaseMs } = testSettings;
const unknownId = "00000000-0000-4000-8000-00000000dead";
/** Each job has records of its own. */
const fileOf = ({ name }: RecurringJob, index: number): string =>
  csv(`${name.slice(-2)}${index}0,first,1`, `${name.slice(-2)}${index}1,second,1`);

async function pushAll(stage: Stage, job: RecurringJob, count: number): Promise<readonly string[]> {
  for (let index = 0; index < count; index++) await push(stage, job, fileOf(job, index), `key ${index}`);
  return (await importsOf(stage, job)).map(({ id }) => id);
}

async function takenAndLeft(ports: Ports, messageId: string): Promise<void> {
  await importMessage(ports, importJob.activityId, messageId).catch(() => undefined);
}

/** A method whose first call lets something else happen before it. */
function interposed<Given extends unknown[], Answer>(
  before: () => Promise<void> | void,
  method: (...given: Given) => Promise<Answer>,
): (...given: Given) => Promise<Answer> {
  let isDone = false;
  return async (...given) => {
    if (!isDone) {
      isDone = true;
      await before();
    }
    return method(...given);
  };
}

/** As release 0.1.0 wrote an execution, whose entities have no id. */
async function forgetEntityIds(stage: Stage, messageId: string): Promise<void> {
  const message = (await stage.ports().messages.findInbound(importJob.activityId, messageId))!.value;
  const execution = (await stage.ports().executions.find(message.executionId!))!;
  const entities = execution.entities.map(({ entityId: _entityId, ...entity }) => entity);
  await stage.ports().executions.save({ ...execution, entities });
}

/**
 * One whose worker died before its commit and one after it, one that waits after an outage, one that another worker
 * holds, and claims of one that has ended and of one that is gone.
 */
const leaveImports = async (stage: Stage): Promise<void> => {
  const [early = "", late = "", paused = "", held = "", ended = ""] = await pushAll(stage, importJob, 5);
  const { activityId } = importJob;
  await importMessage(stage.ports(), activityId, ended);
  await takenAndLeft(stage.dying("blobs staging.put"), early);
  await takenAndLeft(stage.dying("blobs entities.put"), late);
  await forgetEntityIds(stage, late);
  await takenAndLeft(stage.dying("blobs executions.put"), paused);
  stage.clock.advance(leaseMs + 1);
  const work: JobWork = { kind: "importMessage", activityId, messageId: paused };
  await abandonWork(stage.dying("table messages.replace"), work).catch(() => undefined);
  const until = stage.clock.now();
  await takenAndLeft(stage.dying("blobs executions.put"), held);
  for (const messageId of [held, ended, unknownId])
    await stage.ports().claims.put({ activityId, messageId, run: 1, until });
};

const deadImports: Scenario = {
  name: "imports whose workers died in different places, and the sweep that finds them",
  jobs: [importJob],
  prepare: leaveImports,
  steps: [
    (stage) => sweepClaims(stage.ports()),
    (stage) => stage.work(),
    async (stage) => {
      stage.clock.advance(2 * leaseMs);
      await sweepClaims(stage.ports());
    },
    (stage) => stage.work(),
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), Array(5).fill("Processed 2 2 0 0 0")),
    ...differs("records", (await storedRecords(stage.ports())).length, 10),
  ],
};

const fetchAll = fetchingClient(exportJob);

/** A run that has its message, and no worker any more. */
const leaveExport = async (stage: Stage): Promise<void> => {
  await change(stage, "c1", ["90", "one"], ["91", "one"]);
  stage.clock.advance(7_000);
  const { dueAt } = await runJobNow(stage.ports(), exportJob.activityId, operator);
  const { activityId } = exportJob;
  await doWork(stage.ports(), { kind: "runJob", activityId, dueAt });
  const [message] = await messagesOf(stage.ports(), activityId);
  const work: JobWork = { kind: "exportMessage", activityId, messageId: message!.id };
  await doWork(stage.dying("blobs outbound.putStream"), work).catch(() => undefined);
  stage.clock.advance(leaseMs + 1);
};

const deadExport: Scenario = {
  name: "an export whose worker died before its file counted, and the sweep that finds it",
  jobs: [exportJob],
  prepare: leaveExport,
  steps: [(stage) => sweepClaims(stage.ports()), (stage) => stage.work(), fetchAll],
  meanwhile: fetchAll,
  check: (stage) => exportProblems(stage, ["90 one", "91 one"]),
};

const orderedJob: RecurringJob = { ...importJob, activityId: packageJobId, name: "In order", isOrdered: true };

const leaveForHost = async (stage: Stage): Promise<void> => {
  await pushAll(stage, importJob, 1);
  await pushAll(stage, orderedJob, 2);
  await leaveExport(stage);
};

async function deliveredOf(stage: Stage, prefix: string): Promise<readonly string[]> {
  const keys = [...stage.deliveries.values()].flat().map((row) => row.split(",")[0] ?? "");
  return keys.filter((key) => key.startsWith(prefix)).toSorted();
}

/** What a host gives up, it gives up after its last delivery, and not twice; a test may. */
const giveUp =
  (job: RecurringJob) =>
  async (stage: Stage): Promise<void> => {
    const { activityId } = job;
    for (const { id: messageId, direction } of await messagesOf(stage.ports(), activityId)) {
      const kind = direction === "import" ? "importMessage" : "exportMessage";
      await abandonWork(stage.ports(), { kind, activityId, messageId });
    }
    for (const { dueAt } of await ledgerOf(stage.ports(), activityId)) {
      await abandonWork(stage.ports(), { kind: "runJob", activityId, dueAt });
    }
  };

const givenUp: Scenario = {
  name: "work that the host gives up: of an import, of an ordered job, of an export, of a run",
  jobs: [importJob, orderedJob, exportJob].map(daily),
  prepare: leaveForHost,
  steps: [
    giveUp(importJob),
    giveUp(orderedJob),
    giveUp(exportJob),
    async (stage) => {
      stage.clock.advance(leaseMs);
      await stage.work();
    },
    fetchAll,
  ],
  meanwhile: fetchAll,
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), ["Processed 2 2 0 0 0"]),
    ...differs("P4: of the ordered job", await outcomes(stage, orderedJob), Array(2).fill("Processed 2 2 0 0 0")),
    ...differs("P5: deliveries", await deliveredOf(stage, "9"), ["90", "91"]),
  ],
};

/** A save of the execution takes longer than a third of the lease. */
const withSlowSave = (stage: Stage): Ports => {
  const ports = stage.ports();
  const save = interposed(
    () => stage.clock.advance(leaseMs / 2),
    (execution: Execution) => ports.executions.save(execution),
  );
  return { ...ports, executions: { ...ports.executions, save } };
};

/** Before its records are stored, its lease runs out, and another worker does all of its work. */
const withTakeOver = (stage: Stage, messageId: string): Ports => {
  const ports = stage.ports();
  const takeOver = async (): Promise<void> => {
    stage.clock.advance(leaseMs + 1);
    await importMessage(ports, importJob.activityId, messageId);
  };
  const upsert = interposed(takeOver, (entity: EntityRef, wish: UpsertCommit) => ports.entities.upsert(entity, wish));
  return { ...ports, entities: { ...ports.entities, upsert } };
};

/** A call gives the work to another one after a quarter of an hour. */
const withSlowEnd = (stage: Stage): Ports => {
  const ports = stage.ports();
  const remove = interposed(
    () => stage.clock.advance(16 * 60_000),
    (claim: Pick<Claim, "messageId" | "run">) => ports.claims.remove(claim),
  );
  return { ...ports, claims: { ...ports.claims, remove } };
};

const heldUp: Scenario = {
  name: "a slow worker, one that is held up until another has done its work, and a call that took its time",
  jobs: [importJob, orderedJob].map(daily),
  prepare: async (stage) => {
    await pushAll(stage, importJob, 2);
    await pushAll(stage, orderedJob, 2);
  },
  steps: [
    async (stage) => {
      const [{ id } = { id: unknownId }] = await importsOf(stage, importJob);
      await importMessage(withSlowSave(stage), importJob.activityId, id);
    },
    async (stage) => {
      const [, { id } = { id: unknownId }] = await importsOf(stage, importJob);
      await importMessage(withTakeOver(stage, id), importJob.activityId, id);
    },
    (stage) => drainJob(withSlowEnd(stage), orderedJob.activityId),
    (stage) => stage.work(),
  ],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, importJob), Array(2).fill("Processed 2 2 0 0 0")),
    ...differs(
      "P4: of the ordered job",
      (await outcomes(stage, orderedJob)).map((outcome) => outcome.split(" ")[0]),
      ["Processed", "Processed"],
    ),
    ...differs("records", (await storedRecords(stage.ports())).length, 8),
  ],
};

export const interrupted = { deadImports, deadExport, givenUp, heldUp } as const satisfies Readonly<
  Record<string, Scenario>
>;
