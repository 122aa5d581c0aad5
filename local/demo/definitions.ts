import customerGroups from "../../examples/entities/customer-groups.json" with { type: "json" };

// The objects of the demo, as the management API takes them. Their ids are fixed, so that pasted lines stay true.

export const importActivityId = "00000000-0000-4000-8000-000000000001";
export const packageActivityId = "00000000-0000-4000-8000-000000000002";
export const exportActivityId = "00000000-0000-4000-8000-000000000003";
const clientApplicationId = "00000000-0000-4000-8000-0000000000c1";

export const entity = customerGroups;
export const entityName = entity.name;

const line = { entity: entityName, format: "CSV" };

export const projects = [
  { name: "Customer groups in", description: "Files of customer groups", direction: "import", lines: [line] },
  {
    name: "Customer groups out",
    description: "Customer groups that changed",
    direction: "export",
    lines: [{ ...line, refreshType: "incremental" }],
  },
] as const;

/** Every minute from the given moment, which is in whole seconds. */
export function everyMinuteFrom(at: number): object {
  const start = new Date(at).toISOString().slice(0, 19);
  return { start, timeZone: "UTC", frequency: "minute", interval: 1, end: { kind: "never" } };
}

export interface DemoJob {
  readonly activityId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export function demoJobs(startAt: number): readonly DemoJob[] {
  const common = {
    isEnabled: true,
    applications: [{ applicationId: clientApplicationId, isEnabled: true }],
    company: "USMF",
    // While nothing ran here, nothing was due that anybody waits for.
    misfirePolicy: "skip",
    processingRecurrence: everyMinuteFrom(startAt),
  };
  const files = { name: "Customer group files", project: projects[0].name, direction: "import", source: "file" };
  const packages = {
    name: "Customer group packages",
    project: projects[0].name,
    direction: "import",
    source: "package",
  };
  const exports = {
    name: "Customer group export",
    project: projects[1].name,
    direction: "export",
    preventUploadAtZeroRecords: true,
  };
  return [
    { activityId: importActivityId, body: { ...common, ...files } },
    { activityId: packageActivityId, body: { ...common, ...packages } },
    { activityId: exportActivityId, body: { ...common, ...exports } },
  ];
}
