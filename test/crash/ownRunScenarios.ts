import { createHash } from "node:crypto";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { importNow } from "../../shared/usecases/runs/importNow.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { bytesOf, importJob, importProject, operator } from "../support/definitions.ts";
import { plainUpload } from "../usecases/world.ts";
import { storedRecords } from "./clients.ts";
import { differs, mixedFile, mixedOutcome, mixedRecords, outcomes, tickAndWork } from "./outcomes.ts";

const activityId = projectRunsId(importProject.name);
/** What the outcomes of a job are read by. */
const runs = { ...importJob, activityId };

/** Whoever got no answer asks again under the same key. What is answered is there. */
async function start(stage: Stage): Promise<void> {
  const wish = { project: importProject.name, source: "file", company: "USMF" } as const;
  const upload = { ...plainUpload, idempotencyKey: "key 1", body: bytesOf(mixedFile) };
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

export const ownRuns = { ownRun } as const satisfies Readonly<Record<string, Scenario>>;
