import { createHash } from "node:crypto";
import { executionState } from "../../shared/domain/execution.ts";
import { cancelExecution } from "../../shared/usecases/operate/cancelRun.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { executionIdOf } from "../../shared/usecases/orders/requestedId.ts";
import { exportNow } from "../../shared/usecases/runs/exportNow.ts";
import { importNow } from "../../shared/usecases/runs/importNow.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { bytesOf, exportProject, importJob, importProject, operator } from "../support/definitions.ts";
import { plainUpload } from "../usecases/world.ts";
import { change, storedRecords } from "./clients.ts";
import { messagesOf } from "../support/invariants.ts";
import { differs, mixedFile, mixedOutcome, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

const activityId = projectRunsId(importProject.name);
/** What the outcomes of a job are read by. */
const runs = { ...importJob, activityId };

/** Whoever got no answer asks again under the same execution id. What is answered is there. */
async function start(stage: Stage): Promise<void> {
  const wish = { project: importProject.name, source: "file", company: "USMF", requestedId: "P-1" } as const;
  const upload = { ...plainUpload, body: bytesOf(mixedFile) };
  const { messageId, executionId } = await importNow(stage.ports(), wish, upload, operator);
  if (executionId === undefined || !(await stage.ports().executions.find(executionId))) {
    throw new Error("The answer names a run that is not there.");
  }
  stage.accepted.push({ activityId, messageId, sha256: createHash("sha256").update(mixedFile).digest("hex") });
}

const ownRun: Scenario = {
  name: "an import that no job started",
  jobs: [],
  steps: [start, (stage) => stage.work(), tickAndWork],
  check: async (stage) => [
    ...differs("P3: effects", await outcomes(stage, runs), [mixedOutcome]),
    ...differs("records", await storedRecords(stage.ports()), mixedRecords),
  ],
};

/** Asked for again with its execution id until there is an answer, and once more when it has ended. */
async function startExport(stage: Stage): Promise<void> {
  const wish = { project: exportProject.name, company: "USMF", requestedId: "P-2" };
  const { messageId, executionId } = await exportNow(stage.ports(), wish, operator);
  if (executionId === undefined || !(await stage.ports().executions.find(executionId))) {
    throw new Error("The answer names a run that is not there.");
  }
  if (!(await stage.ports().messages.findOutbound(exportsId, messageId))) throw new Error("Its message is not there.");
}

/** A request that dies before its message: what it reserved is there. */
async function leave(stage: Stage, requestedId: string): Promise<void> {
  const dying = stage.dying("blobs executions.put");
  const wish = { project: exportProject.name, company: "USMF", requestedId };
  await exportNow(dying, wish, operator).catch(() => undefined);
  if (!(await stage.ports().executions.find(executionIdOf(requestedId)))) throw new Error("Nothing was left.");
}

const exportsId = projectRunsId(exportProject.name);

const ownExport: Scenario = {
  name: "an export that no job started, and that is asked for once more",
  jobs: [],
  async prepare(stage) {
    await change(stage, "c1", ["10", "one"], ["20", "two"]);
    await leave(stage, "P-2");
    await leave(stage, "P-3");
    stage.clock.advance(60_000);
  },
  steps: [
    startExport,
    (stage) => stage.work(),
    async (stage) => {
      const again = { project: exportProject.name, company: "USMF", requestedId: "P-2", isRepeated: true };
      await exportNow(stage.ports(), again, operator);
    },
    (stage) => stage.work(),
    async (stage) => {
      stage.clock.advance(11 * 60_000);
      await stage.keepUp();
    },
    tickAndWork,
  ],
  async check(stage) {
    const found = await messagesOf(stage.ports(), exportsId);
    const ends = found.flatMap((message) =>
      message.direction === "export" ? [`${message.state} ${message.isFileUploaded}`] : [],
    );
    const marks = await stage.ports().messages.findWatermarks(exportsId);
    return [...differs("one run", ends, ["Processed true"]), ...differs("watermarks", Object.keys(marks).length, 1)];
  },
};

const asked = { company: "USMF", requestedId: "P-4" } as const;

/** Whoever got no answer cancels again; one that has come to its end in between is not canceled any more. */
async function cancelBoth(stage: Stage): Promise<void> {
  for (const requestedId of ["P-4", "P-5"]) await cancelExecution(stage.ports(), executionIdOf(requestedId), operator);
}

/** Both wait for the lease of a worker that died with them in its hands. */
const canceled: Scenario = {
  name: "an import and an export that are canceled while a worker has them",
  jobs: [],
  async prepare(stage) {
    await change(stage, "c1", ["10", "one"]);
    const upload = { ...plainUpload, body: bytesOf(mixedFile) };
    const imported = { project: importProject.name, source: "file", ...asked } as const;
    const { messageId } = await importNow(stage.ports(), imported, upload, operator);
    const work = { kind: "importMessage", activityId, messageId } as const;
    await doWork(stage.dying("blobs entities.putStream"), work).catch(() => undefined);
    const exported = { project: exportProject.name, ...asked, requestedId: "P-5" };
    const { messageId: exportId } = await exportNow(stage.ports(), exported, operator);
    const exporting = { kind: "exportMessage", activityId: exportsId, messageId: exportId } as const;
    await doWork(stage.dying("blobs executions.put"), exporting).catch(() => undefined);
  },
  steps: [cancelBoth, (stage) => stage.work(), tickAndWork],
  async check(stage) {
    const states = [...(await messagesOf(stage.ports(), activityId)), ...(await messagesOf(stage.ports(), exportsId))];
    const executions = await Promise.all(
      ["P-4", "P-5"].map((requestedId) => stage.ports().executions.find(executionIdOf(requestedId))),
    );
    return [
      ...differs(
        "messages",
        states.map(({ state, attempts }) => `${state} ${attempts}`),
        ["Discarded 1", "Discarded 1"],
      ),
      ...differs(
        "executions",
        executions.map((one) => one && executionState(one)),
        ["canceled", "canceled"],
      ),
      ...differs("records", await storedRecords(stage.ports()), ["10 one"]),
      ...differs("watermarks", await stage.ports().messages.findWatermarks(exportsId), {}),
    ];
  },
};

export const ownRuns = { ownRun, ownExport, canceled } as const satisfies Readonly<Record<string, Scenario>>;
