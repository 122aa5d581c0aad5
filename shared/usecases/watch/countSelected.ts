import { type DataEntity, companyOf, isNamed, isSameName } from "../../domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { entityId } from "../../domain/entityId.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import { type FilterInForce, filterInForce } from "../../domain/filter/filterInForce.ts";
import { compileFilter, type Filter, filterProblems } from "../../domain/filter/recordFilter.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { EntitySnapshot, SnapshotRead } from "../../ports/entityStore.ts";
import { filterMoment } from "../../schedule/filterMoment.ts";
import { isTimeZone, requireTimeZone } from "../../schedule/timeZone.ts";
import { loadEntities, loadProject } from "../definitions/loadDefinitions.ts";

export interface CountQuestion {
  /** One that nobody has saved yet, in place of the job's or the line's own. */
  readonly filter?: Filter;
  /** The job whose filter, company and time zone are meant. */
  readonly activityId?: string;
  readonly company?: string;
  /** Whose days are meant, in place of the job's or the project's. */
  readonly timeZone?: string;
}

export interface SelectedCount {
  readonly count: number;
  /** All records that there are. */
  readonly total: number;
  /** False where time was over before all records were looked at: there are as many, or more. */
  readonly isWhole: boolean;
  readonly filterFrom: FilterInForce["from"] | "request" | undefined;
}

/** No caller waits much longer. */
const countMsMax = 30_000;

/** How many records an export by a line would hold at this moment, as its job, its own filter or the caller's says. */
export async function countSelected(
  ports: Ports,
  projectName: string,
  entityName: string,
  question: CountQuestion,
): Promise<SelectedCount> {
  const project = (await loadProject(ports, projectName)).value;
  const { line, entity } = await findExportLine(ports, project, entityName);
  const job = await findJob(ports, project, question.activityId);
  const inForce = question.filter ? ({ filter: question.filter, from: "request" } as const) : filterInForce(line, job);
  if (inForce) refuse(filterProblems(entity, inForce.filter, "filter"));
  const { timeZone = zoneOf(project, job) } = question;
  if (!isTimeZone(timeZone)) refuse([{ path: "timeZone", message: "An IANA name, such as Europe/Copenhagen." }]);
  const company = question.company ?? job?.company;
  if (entity.isPerCompany && company === undefined) {
    const message = `Entity "${entity.name}" is per company: name one, or a job that has one.`;
    refuse([{ path: "company", message }]);
  }
  const snapshot = await ports.entities.openSnapshot({
    entityId: entityId(entity),
    company: companyOf(entity, company),
  });
  const [total, filterFrom] = [snapshot.count, inForce?.from];
  if (!inForce || inForce.filter.length === 0) return { count: total, total, isWhole: true, filterFrom };
  const filter = compileFilter(entity, inForce.filter, filterMoment(ports.clock.now(), timeZone));
  const { count, isWhole } = await countUntil(ports, snapshot, { columns: [], filter });
  return { count, total, isWhole, filterFrom };
}

/** Whose days the criteria count: the job's, or those of the project where no job is meant. */
function zoneOf(project: DataProject, job: RecurringJob | undefined): string {
  const timeZone = (job ? job.processingRecurrence?.timeZone : project.timeZone) ?? "UTC";
  requireTimeZone(timeZone, job ? "The processing recurrence of the job" : `Data project "${project.name}"`);
  return timeZone;
}

async function countUntil(
  ports: Ports,
  snapshot: EntitySnapshot,
  read: SnapshotRead,
): Promise<Pick<SelectedCount, "count" | "isWhole">> {
  const until = ports.clock.now() + countMsMax;
  let count = 0;
  for await (const batch of snapshot.read(read)) {
    count += batch.count;
    if (ports.clock.now() > until) return { count, isWhole: false };
  }
  return { count, isWhole: true };
}

/** The project's line for an entity, by label or AOT name, whether it is enabled or not. */
async function findExportLine(
  ports: Ports,
  project: DataProject,
  name: string,
): Promise<{ readonly line: EntityLine; readonly entity: DataEntity }> {
  const entity = (await loadEntities(ports, project)).find((candidate) => isNamed(candidate, name));
  const line = entity && project.lines.find((candidate) => isSameName(candidate.entity, entity.name));
  if (!line) throw new DomainError("notFound", `Data project "${project.name}" has no line "${name}".`);
  if (project.direction === "export") return { line, entity };
  throw new DomainError("invalid", `Data project "${project.name}" imports, and only an export is filtered.`);
}

async function findJob(
  ports: Ports,
  project: DataProject,
  activityId: string | undefined,
): Promise<RecurringJob | undefined> {
  if (activityId === undefined) return undefined;
  const job = (await ports.definitions.find("job", activityId))?.value;
  if (job && isSameName(job.project, project.name)) return job;
  const message = `No recurring data job {${activityId.toUpperCase()}} runs data project "${project.name}".`;
  return refuse([{ path: "activityId", message }]);
}

function refuse(problems: readonly MemberError[]): undefined {
  const [first] = problems;
  if (first) throw new DomainError("invalid", `${first.path}: ${first.message}`, problems);
}
