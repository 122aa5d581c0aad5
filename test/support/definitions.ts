import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../shared/domain/dataProject.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { noon } from "./memoryPorts.ts";

export const listedApplication = "00000000-0000-4000-8000-0000000000c1";
/** Who does things where it does not matter who. */
export const operator = { applicationId: listedApplication };
export const importJobId = "00000000-0000-4000-8000-000000000001";
export const packageJobId = "00000000-0000-4000-8000-000000000002";
export const exportJobId = "00000000-0000-4000-8000-000000000003";

export const customerGroups: DataEntity = {
  name: "Customer groups",
  aotName: "CustCustomerGroupEntity",
  isPerCompany: true,
  isChangeTracked: true,
  fields: [
    { name: "CUSTOMERGROUPID", type: "string", lengthMax: 10, isKey: true, isRequired: true },
    { name: "DESCRIPTION", type: "string", lengthMax: 60, isKey: false, isRequired: false },
    { name: "ISSALESTAXINCLUDED", type: "boolean", isKey: false, isRequired: false },
    { name: "CREDITLIMIT", type: "real", isKey: false, isRequired: false },
  ],
};

/** What a commit of groups says of them, by a test that cares for nothing else. */
export const asGroups = { keyColumns: ["CUSTOMERGROUPID"], requireValid: () => Promise.resolve() };

export const line: EntityLine = {
  entity: "Customer groups",
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

export const importProject: DataProject = {
  name: "Customer group import",
  description: "",
  direction: "import",
  lines: [line],
};
export const exportProject: DataProject = {
  name: "Customer group export",
  description: "",
  direction: "export",
  lines: [{ ...line, refreshType: "incremental" }],
};

export const importJob: RecurringJob = {
  activityId: importJobId,
  name: "Customer groups in",
  description: "",
  project: importProject.name,
  direction: "import",
  isEnabled: true,
  applications: [{ applicationId: listedApplication, isEnabled: true }],
  source: "file",
  isOrdered: false,
  onHeadError: "continue",
  preventUploadAtZeroRecords: false,
  company: "USMF",
  useCompanyFromMessage: false,
  processingRecurrence: {
    start: "2026-11-24T12:00:00",
    timeZone: "UTC",
    frequency: "minute",
    interval: 1,
    end: { kind: "never" },
  },
  misfirePolicy: "once",
  attemptsMax: 3,
  visibilityMinutes: 30,
  duplicateWindowMinutes: 0,
};
export const packageJob: RecurringJob = {
  ...importJob,
  activityId: packageJobId,
  name: "Packages in",
  source: "package",
};
const { source: _, ...withoutSource } = importJob;
export const exportJob: RecurringJob = {
  ...withoutSource,
  activityId: exportJobId,
  name: "Customer groups out",
  project: exportProject.name,
  direction: "export",
  preventUploadAtZeroRecords: true,
};

/** Stores the definitions above, with changed jobs where a test needs them. */
export async function seed(
  ports: Ports,
  jobs: readonly RecurringJob[] = [importJob, packageJob, exportJob],
): Promise<void> {
  const by = { at: noon, applicationId: listedApplication };
  await ports.definitions.save("entity", customerGroups.name, customerGroups, "new", by);
  await ports.definitions.save("project", importProject.name, importProject, "new", by);
  await ports.definitions.save("project", exportProject.name, exportProject, "new", by);
  for (const job of jobs) await ports.definitions.save("job", job.activityId, job, "new", by);
}

export async function* bytesOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}
