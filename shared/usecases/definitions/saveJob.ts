import type { Actor } from "../../domain/caller.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import { type RecurringJob, jobProblems, jobProjectProblems } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { recurrenceErrors } from "../../schedule/recurrenceErrors.ts";
import { previewRecurrence } from "../../schedule/recurrencePreview.ts";
import { isProjectRunsId } from "../orders/projectRuns.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import { clearJob } from "./clearJob.ts";
import type { DefinitionRules } from "./definitionRules.ts";
import { reconcileSchedule, scheduleJob } from "../recurrence/jobSchedule.ts";
import { openGate } from "./jobGate.ts";
import { jobFilterProblems } from "./jobFilterProblems.ts";
import { loadEntities } from "./loadDefinitions.ts";
import { requireNoProblems, under } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";
import { needsCompany } from "./saveProject.ts";

const zeroActivityId = "00000000-0000-0000-0000-000000000000";

/**
 * Saves a recurring data job under its activity id. The definition is written first; its gate and its schedules follow.
 * When the save is cut off in between, the next PUT of the job, whatever becomes of it, brings them in step.
 */
export async function saveJob(
  ports: Ports,
  job: RecurringJob,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<RecurringJob>> {
  await jobRules.requireSound(ports, job);
  return changeDefinitions(ports, async (turn) => {
    const stored = await ports.definitions.find("job", job.activityId);
    await turn.hold();
    if (stored) await bringInStep(ports, stored.value);
    const replaced = await findReplaced(ports, "job", job.activityId, ifMatch);
    const project = await jobRules.requireFits(ports, job, replaced);
    await turn.hold();
    await reserveName(ports, job);
    const next = { ...job, project: project.name, ...spelledFilters(job, project) };
    if (!replaced) await clearJob(ports, job.activityId);
    const saved = await writeDefinition(ports, turn, "job", job.activityId, next, replaced, by);
    await turn.hold();
    await openGate(ports, job.activityId);
    await scheduleJob(ports, saved.definition.value, replaced?.value);
    await releaseOldName(ports, job, replaced);
    return saved;
  });
}

/** What keeps a recurring data job from being saved. What fits is answered with its project. */
export const jobRules: DefinitionRules<RecurringJob, DataProject> = {
  async requireSound(ports, job) {
    requireNoProblems(`Recurring data job "${job.name}"`, ownProblems(ports, job));
  },
  async requireFits(ports, job, replaced) {
    const project = await requireFitsProject(ports, job, replaced?.value);
    const holder = await ports.definitions.findJobName(job.name);
    if (holder !== undefined && (await isTaken(ports, job, holder))) refuseName(job, holder);
    return project;
  },
  async warningsOf(ports, job) {
    const now = ports.clock.now();
    return (["processingRecurrence", "monitoringRecurrence"] as const).flatMap((path) => {
      const recurrence = job[path];
      const notes = recurrence ? previewRecurrence(recurrence, now).notes : [];
      return notes.map(({ code, message }) => ({ path, code, message }));
    });
  },
};

async function bringInStep(ports: Ports, job: RecurringJob): Promise<void> {
  await openGate(ports, job.activityId);
  await reconcileSchedule(ports, job);
}

function ownProblems(ports: Ports, job: RecurringJob): readonly MemberError[] {
  const problems = [...jobProblems(job), ...windowProblems(job, ports.settings.retentionMs)];
  if (job.activityId === zeroActivityId) {
    problems.push({ path: "activityId", message: "The all-zero id is what clients test their connection with." });
  }
  if (isProjectRunsId(job.activityId)) {
    problems.push({ path: "activityId", message: "Ids of this form are kept for the runs that no job starts." });
  }
  for (const member of ["processingRecurrence", "monitoringRecurrence"] as const) {
    const recurrence = job[member];
    if (recurrence) problems.push(...under(member, recurrenceErrors(recurrence)));
  }
  return problems;
}

/** What a file was recognised by is forgotten with the retention, and then no window finds it. */
function windowProblems(job: RecurringJob, retentionMs: number): readonly MemberError[] {
  const minutesMax = Math.floor(retentionMs / 60_000);
  if (job.duplicateWindowMinutes <= minutesMax) return [];
  const message = `Files are remembered for RetentionDays, which are ${minutesMax} minutes here: ask for no more.`;
  return [{ path: "duplicateWindowMinutes", message }];
}

async function requireFitsProject(
  ports: Ports,
  job: RecurringJob,
  replaced: RecurringJob | undefined,
): Promise<DataProject> {
  const what = `Recurring data job "${job.name}"`;
  if (replaced && replaced.direction !== job.direction) {
    const message = `The job is an ${replaced.direction} job and stays one; make another job for the other direction.`;
    requireNoProblems(what, [{ path: "direction", message }]);
  }
  const project = (await ports.definitions.find("project", job.project))?.value;
  if (!project) {
    const members = [{ path: "project", message: `There is no data project "${job.project}".` }];
    throw new DomainError("invalid", `${what} cannot be saved: there is no data project "${job.project}".`, members);
  }
  const entities = await loadEntities(ports, project);
  requireNoProblems(what, jobProjectProblems(job, project, needsCompany(project.lines, entities)));
  requireNoProblems(what, jobFilterProblems(job, entities));
  return project;
}

/** With the names of entities spelled as the project has them. */
function spelledFilters({ filters }: RecurringJob, { lines }: DataProject): Pick<RecurringJob, "filters"> {
  if (!filters) return {};
  const nameOf = (entity: string): string => lines.find((line) => isSameName(line.entity, entity))?.entity ?? entity;
  return { filters: filters.map(({ entity, filter }) => ({ entity: nameOf(entity), filter })) };
}

/** A name whose holder has another name by now, or was never saved, was left by a save that was cut off. */
async function reserveName(ports: Ports, job: RecurringJob): Promise<void> {
  const holder = await ports.definitions.reserveJobName(job.name, job.activityId);
  if (holder === job.activityId) return;
  if (!(await isTaken(ports, job, holder))) {
    await ports.definitions.releaseJobName(job.name, holder);
    if ((await ports.definitions.reserveJobName(job.name, job.activityId)) === job.activityId) return;
  }
  refuseName(job, holder);
}

/** Whether the holder of the job's name is another job that goes by it. */
async function isTaken(ports: Ports, job: RecurringJob, holder: string): Promise<boolean> {
  if (holder === job.activityId) return false;
  const other = await ports.definitions.find("job", holder);
  return other !== undefined && isSameName(other.value.name, job.name);
}

function refuseName(job: RecurringJob, holder: string): void {
  requireNoProblems(`Recurring data job "${job.name}"`, [
    { path: "name", message: `Another recurring data job, {${holder.toUpperCase()}}, has this name.` },
  ]);
}

async function releaseOldName(
  ports: Ports,
  job: RecurringJob,
  replaced: Definition<RecurringJob> | undefined,
): Promise<void> {
  if (!replaced || isSameName(replaced.value.name, job.name)) return;
  await ports.definitions.releaseJobName(replaced.value.name, job.activityId);
}
