/** The objects that the benchmarks run, put into the stores that the service reads. */
import { randomUUID } from "node:crypto";
import { clientApplication } from "../local/issuer/applications.ts";
import type { DataProject, EntityLine } from "../shared/domain/dataProject.ts";
import type { Filter } from "../shared/domain/filter/recordFilter.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { Ports } from "../shared/ports.ts";
import { recordManual } from "../shared/domain/occurrence.ts";
import { customers } from "./records.ts";

export const company = "USMF";

const line: EntityLine = {
  entity: customers.name,
  format: "CSV",
  isEnabled: true,
  executionUnit: 1,
  level: 1,
  sequence: 1,
  failLevelOnError: false,
  failUnitOnError: false,
  truncateFirst: false,
  refreshType: "full",
};

const project: Omit<DataProject, "name" | "direction"> = { description: "", lines: [line] };

export const projects: readonly DataProject[] = [
  { ...project, name: "Customers import", direction: "import" },
  { ...project, name: "Customers XML", direction: "import", lines: [{ ...line, format: "XML-Element" }] },
  { ...project, name: "Customers workbook", direction: "import", lines: [{ ...line, format: "EXCEL" }] },
  { ...project, name: "Customers export", direction: "export" },
  { ...project, name: "Customers changes", direction: "export", lines: [{ ...line, refreshType: "incremental" }] },
];

export function importJob(): RecurringJob {
  return { ...job("import"), source: "file" };
}

export function xmlImportJob(): RecurringJob {
  return { ...importJob(), project: "Customers XML" };
}

export function exportJob(): RecurringJob {
  return job("export");
}

/** Each run exports the records that a filter selects. */
export function filteredJob(filter: Filter): RecurringJob {
  return { ...job("export"), filters: [{ entity: customers.name, filter }] };
}

/** Each run exports what changed since the one before; the first one exports all. */
export function changesJob(): RecurringJob {
  return { ...job("export"), project: "Customers changes" };
}

function job(direction: "import" | "export"): RecurringJob {
  const activityId = randomUUID();
  return {
    activityId,
    name: `Customers ${activityId}`,
    description: "",
    project: `Customers ${direction}`,
    direction,
    isEnabled: true,
    applications: [{ applicationId: clientApplication.clientId, isEnabled: true }],
    isOrdered: false,
    onHeadError: "continue",
    preventUploadAtZeroRecords: false,
    company,
    useCompanyFromMessage: false,
    // Long past, so that runs begin when a benchmark asks for one.
    processingRecurrence: {
      start: "2020-01-01T00:00:00",
      timeZone: "UTC",
      frequency: "minute",
      interval: 1,
      end: { kind: "after", occurrences: 1 },
    },
    misfirePolicy: "once",
    attemptsMax: 1,
    visibilityMinutes: 30,
    duplicateWindowMinutes: 0,
  };
}

const seeding = { at: 0, applicationId: clientApplication.clientId };

export async function saveDefinitions(
  { definitions }: Pick<Ports, "definitions">,
  jobs: readonly RecurringJob[],
): Promise<void> {
  await definitions.save("entity", customers.name, customers, "new", seeding);
  for (const project of projects) await definitions.save("project", project.name, project, "new", seeding);
  for (const one of jobs) await saveJob({ definitions }, one);
}

export async function saveJob({ definitions }: Pick<Ports, "definitions">, one: RecurringJob): Promise<void> {
  await definitions.save("job", one.activityId, one, "new", seeding);
}

/** What the button "run now" does, without its audit entry. */
export async function runNow(ports: Pick<Ports, "occurrences" | "work">, activityId: string): Promise<void> {
  const dueAt = Date.now();
  await ports.occurrences.insert(recordManual(activityId, dueAt));
  await ports.work.send({ kind: "runJob", activityId, dueAt });
}
