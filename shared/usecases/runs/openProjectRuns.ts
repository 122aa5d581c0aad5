import type { DataProject } from "../../domain/dataProject.ts";
import { enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { companyPattern } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import { loadEntities, loadProject } from "../definitions/loadDefinitions.ts";
import { needsCompany } from "../definitions/saveProject.ts";
import type { OpenBacklog } from "../enqueue/openBacklog.ts";
import { projectRunsId } from "../orders/projectRuns.ts";

/** What somebody asks of one import of a project. */
export interface ImportWish {
  readonly project: string;
  readonly source: "file" | "package";
  readonly company?: string;
}

const attemptsMax = 3;

/**
 * The backlog of a project's own runs, with the order of the one that is asked for. Throws `notFound` for a project that
 * there is not, and `invalid` for one that such a run does not fit.
 */
export async function openProjectRuns(ports: Ports, wish: ImportWish): Promise<OpenBacklog> {
  const activityId = projectRunsId(wish.project);
  const gate = await ports.messages.findGate(activityId);
  const { value: project } = await loadProject(ports, wish.project);
  if (gate.isClosed) throw new DomainError("conflict", `Data project "${project.name}" is being deleted.`);
  requireImports(project);
  const company = toCompany(wish.company, needsCompany(project.lines, await loadEntities(ports, project)));
  return {
    activityId,
    gate,
    order: orderOf(project, wish),
    isOwnOrder: true,
    rules: { ...(company && { company }), useCompanyFromMessage: false, duplicateWindowMinutes: 0 },
    isFresh: true,
    reopen: () => openProjectRuns(ports, wish),
  };
}

function orderOf({ name: project }: DataProject, { source }: ImportWish): RunOrder {
  const asItComes = { isOrdered: false, onHeadError: "continue", preventUploadAtZeroRecords: false } as const;
  return { project, source, ...asItComes, attemptsMax, timeZone: "UTC" };
}

function requireImports(project: DataProject): void {
  const { name, direction } = project;
  if (direction !== "import")
    throw new DomainError("invalid", `Data project "${name}" exports: nothing imports by it.`);
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
