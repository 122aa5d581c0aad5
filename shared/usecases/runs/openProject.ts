import { type Actor, actorOf } from "../../domain/caller.ts";
import { type DataProject, type Direction, enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { companyPattern } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { authorizeProject } from "../access/authorizeProject.ts";
import { loadEntities, loadProject } from "../definitions/loadDefinitions.ts";
import { needsCompany } from "../definitions/saveProject.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { requireRequestedId } from "../orders/requestedId.ts";

/** What somebody asks of one run of a project. */
export interface RunWish {
  readonly project: string;
  /** The legal entity; required where an entity is per company. */
  readonly company?: string;
  /**
   * What the caller calls the execution. The same id again is the same run, and no second one; asked with anything else,
   * or by somebody else, it is refused.
   */
  readonly requestedId?: string;
  /** Asked by an application that has the role of the package API alone, for which the project then has to be open. */
  readonly asApplication?: boolean;
}

/** A project that lets such a run begin, as long as its gate has not moved that stood there before it was looked at. */
export interface OpenProject {
  /** Where the project's own runs are kept. */
  readonly activityId: string;
  readonly gate: Gate;
  readonly project: DataProject;
  readonly company: string | undefined;
  readonly order: RunOrder;
}

/** Attempts that may fail by the run's own fault, as of a job that says nothing else. */
const attemptsMax = 3;

/** Throws `notFound` for a project that there is not (`invalid` for an application), and `invalid` or `conflict` for one that such a run does not fit. */
export async function openProject(ports: Ports, wish: RunWish, direction: Direction, by: Actor): Promise<OpenProject> {
  const activityId = projectRunsId(wish.project);
  const gate = await ports.messages.findGate(activityId);
  const load = wish.asApplication ? authorizeProject(ports, by, wish.project) : loadProject(ports, wish.project);
  const { value: project, version } = await load;
  if (gate.isClosed) throw new DomainError("conflict", `Data project "${project.name}" is being deleted.`);
  requireDirection(project, direction);
  const company = toCompany(wish.company, needsCompany(project.lines, await loadEntities(ports, project)));
  const requestedId = wish.requestedId === undefined ? undefined : requireRequestedId(wish.requestedId);
  const { name, timeZone = "UTC" } = project;
  const order = orderOf({ project: name, projectVersion: version, requestedId, timeZone }, by);
  return { activityId, gate, project, company, order };
}

interface Asked {
  readonly project: string;
  readonly projectVersion: number;
  readonly requestedId: string | undefined;
  readonly timeZone: string;
}

function orderOf({ requestedId, ...asked }: Asked, by: Actor): RunOrder {
  return {
    ...asked,
    ...(requestedId !== undefined && { requestedId }),
    requestedBy: actorOf(by),
    preventUploadAtZeroRecords: false,
    isOrdered: false,
    onHeadError: "continue",
    attemptsMax,
    isQueued: false,
  };
}

function requireDirection(project: DataProject, direction: Direction): void {
  const { name } = project;
  if (project.direction !== direction) {
    throw new DomainError(
      "invalid",
      `Data project "${name}" is an ${project.direction} project: it does no ${direction}.`,
    );
  }
  if (enabledLines(project).length > 0) return;
  throw new DomainError("invalid", `Data project "${name}" has no enabled entity line. Enable one first.`);
}

function toCompany(company: string | undefined, isNeeded: boolean): string | undefined {
  if (company !== undefined && companyPattern.test(company)) return company.toUpperCase();
  if (company === undefined && !isNeeded) return undefined;
  const message =
    company === undefined
      ? "An entity of the project is per company: say which company the records are of."
      : "The company is 1 to 4 letters or digits.";
  throw new DomainError("invalid", message, [{ path: "company", message }]);
}
