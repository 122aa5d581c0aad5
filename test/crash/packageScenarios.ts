import { createHash } from "node:crypto";
import { DomainError } from "../../shared/domain/errors.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { resetVersions } from "../../shared/usecases/export/resetVersions.ts";
import { executionIdOf } from "../../shared/usecases/orders/requestedId.ts";
import { exportFromPackage } from "../../shared/usecases/packages/exportFromPackage.ts";
import { findExportedPackage } from "../../shared/usecases/packages/findExportedPackage.ts";
import { forgetRun } from "../../shared/usecases/packages/forgetRun.ts";
import { importPackage } from "../../shared/usecases/packages/importPackage.ts";
import { reservePackage } from "../../shared/usecases/packages/reservePackage.ts";
import { exportNow } from "../../shared/usecases/runs/exportNow.ts";
import { findRun } from "../../shared/usecases/watch/findRun.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { customerGroups, exportProject, importJob, importProject, operator } from "../support/definitions.ts";
import { messagesOf } from "../support/invariants.ts";
import { manifestOf, packageOf } from "../usecases/world.ts";
import { change, csv, storedRecords } from "./clients.ts";
import { differs, outcomes, tickAndWork } from "./outcomes.ts";

const activityId = projectRunsId(importProject.name);
const exportsId = projectRunsId(exportProject.name);
/** What the outcomes of a job are read by. */
const runs = { ...importJob, activityId };
const file = { inputFilePath: "Customer groups.csv", entityName: customerGroups.name, targetEntity: null };
const sent = await packageOf(manifestOf(file), { [file.inputFilePath]: csv("10,ten,1") });
const sha256 = createHash("sha256").update(sent).digest("hex");

/** What the client of a stage was given: it outlives the service's processes. */
const addresses = new WeakMap<Stage, string>();

/** Only what was answered is an address; the bytes go to storage past the service. */
async function putPackage(stage: Stage): Promise<void> {
  const { url } = await reservePackage(stage.ports(), operator);
  if (!(await stage.ground.valet(containerNames.uploads).putAll(url, sent))) throw new Error("It takes no package.");
  addresses.set(stage, url);
}

/** Whoever got no answer asks again under the same execution id, and may find the project made already. */
async function importIt(stage: Stage): Promise<void> {
  const wish = { packageUrl: addresses.get(stage) ?? "", project: importProject.name, overwrite: false };
  const { messageId, executionId } = await importPackage(
    stage.ports(),
    { ...wish, execute: true, company: "USMF", requestedId: "P-6" },
    operator,
  );
  await requireThere(stage, executionId);
  stage.accepted.push({ activityId, messageId, sha256 });
}

async function exportIt(stage: Stage): Promise<void> {
  const wish = { project: exportProject.name, company: "USMF", requestedId: "P-7" };
  await requireThere(stage, (await exportNow(stage.ports(), wish, operator)).executionId);
}

/** The project is made anew, and whoever got no answer is in nobody's way but its own. */
async function exportLike(stage: Stage): Promise<void> {
  const wish = { packageUrl: addresses.get(stage) ?? "", project: "Like a package", overwrite: false };
  const asked = { ...wish, company: "USMF", requestedId: "P-10" };
  await requireThere(stage, (await exportFromPackage(stage.ports(), asked, operator)).executionId);
}

async function requireThere(stage: Stage, executionId: string | undefined): Promise<void> {
  if (executionId !== undefined && (await stage.ports().executions.find(executionId))) return;
  throw new Error("The answer names a run that is not there.");
}

/** Takes the package where it is ready, and then has no use for the run; one that goes on is asked for later. */
async function fetchAndForget(stage: Stage): Promise<void> {
  const run = await findRun(stage.ports(), "P-7");
  if (!run) return;
  const found = run.message && findExportedPackage(run);
  if (found) await stage.ports().files.findFacts("outbound", found.name);
  try {
    await forgetRun(stage.ports(), run, operator);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "conflict") throw error;
  }
}

const sentPackage: Scenario = {
  name: "a package that is put in storage and imported, as often as it is asked for, by the project that it makes",
  jobs: [],
  async prepare(stage) {
    const project = await stage.ports().definitions.find("project", importProject.name);
    await stage.ports().definitions.remove("project", importProject.name, project!.etag);
  },
  steps: [putPackage, importIt, importIt, (stage) => stage.work(), tickAndWork],
  async check(stage) {
    const lines = (await stage.ports().definitions.find("project", importProject.name))?.value.lines ?? [];
    return [
      ...differs("P3: effects", await outcomes(stage, runs), ["Processed 1 1 0 0 0"]),
      ...differs("records", await storedRecords(stage.ports()), ["10 ten"]),
      ...differs(
        "lines",
        lines.map(({ entity, format }) => `${entity} ${format}`),
        ["Customer groups CSV"],
      ),
    ];
  },
};

const likePackage: Scenario = {
  name: "an export by the project that a package makes, asked for until there is an answer",
  jobs: [],
  prepare: (stage) => change(stage, "c1", ["10", "one"], ["20", "two"]),
  steps: [putPackage, exportLike, (stage) => stage.work(), tickAndWork],
  async check(stage) {
    const found = await messagesOf(stage.ports(), projectRunsId("Like a package"));
    const ends = found.map((message) => message.direction === "export" && `${message.state} ${message.totalRecords}`);
    const project = await stage.ports().definitions.find("project", "Like a package");
    return [
      ...differs("one run", ends, ["Processed 2"]),
      ...differs("project", [project?.version, project?.value.direction], [1, "export"]),
    ];
  },
};

const exportAll = async (stage: Stage, requestedId: string): Promise<void> => {
  const wish = { project: exportProject.name, company: "USMF", refresh: "incremental", requestedId } as const;
  await exportNow(stage.ports(), wish, operator);
};

/** The second export is asked for when the reset is answered. */
const resetVersion: Scenario = {
  name: "an export of changes that brings all once more after a reset",
  jobs: [],
  async prepare(stage) {
    await change(stage, "c1", ["10", "one"], ["20", "two"]);
    await exportAll(stage, "P-8");
    await stage.work();
  },
  steps: [
    (stage) => resetVersions(stage.ports(), { project: exportProject.name, entity: customerGroups.name }, operator),
    (stage) => exportAll(stage, "P-9"),
    (stage) => stage.work(),
    tickAndWork,
  ],
  async check(stage) {
    const { entities = [] } = (await findRun(stage.ports(), "P-9"))?.execution ?? {};
    return differs(
      "records",
      entities.map(({ exported }) => exported),
      [2],
    );
  },
};

const forgottenRun: Scenario = {
  name: "an exported package that is fetched, and whose execution history is deleted then",
  jobs: [],
  prepare: (stage) => change(stage, "c1", ["10", "one"], ["20", "two"]),
  steps: [exportIt, (stage) => stage.work(), fetchAndForget, tickAndWork],
  meanwhile: fetchAndForget,
  async check(stage) {
    return [
      ...differs("messages", await messagesOf(stage.ports(), exportsId), []),
      ...differs("execution", await stage.ports().executions.find(executionIdOf("P-7")), undefined),
      ...differs("watermarks", Object.keys(await stage.ports().messages.findWatermarks(exportsId)).length, 1),
    ];
  },
};

/** As clients of the package API go through its actions. */
export const packages = { sentPackage, likePackage, forgottenRun, resetVersion } as const satisfies Readonly<
  Record<string, Scenario>
>;
