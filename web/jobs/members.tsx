import type { ReactNode } from "react";
import type { KeyOf } from "../parts/differences.ts";
import { filterText } from "../parts/filter/filter.ts";
import type { JobDraft } from "../parts/job/jobDraft.ts";
import { RecurrenceWords } from "../parts/recurrence/RecurrenceWords.tsx";

export type JobMember = KeyOf<JobDraft>;

interface Shown {
  readonly label: string;
  readonly show: (draft: JobDraft) => ReactNode;
}

const yesOrNo = (value: boolean | undefined): string => (value ? "Yes" : "No");
const policies = { skip: "They are left out", once: "One run makes up for all", all: "Each of them runs" } as const;

/** What a job says of itself, by its member, in the order of its form. */
export const members: Readonly<Record<JobMember, Shown>> = {
  name: { label: "Name", show: ({ name }) => <bdi>{name}</bdi> },
  description: {
    label: "Description",
    show: ({ description }) => description && <span className="prose">{description}</span>,
  },
  project: { label: "Data project", show: ({ project }) => <bdi>{project}</bdi> },
  direction: { label: "Direction", show: ({ direction }) => (direction === "import" ? "Import" : "Export") },
  isEnabled: { label: "Enabled", show: ({ isEnabled }) => yesOrNo(isEnabled) },
  applications: { label: "Authorization policy", show: ({ applications = [] }) => applicationsText(applications) },
  source: {
    label: "Supported data source type",
    show: ({ source }) => (source === "package" ? "Data package" : "File"),
  },
  isOrdered: { label: "Process messages in order", show: ({ isOrdered }) => yesOrNo(isOrdered) },
  onHeadError: {
    label: "When a message ends in an error",
    show: ({ onHeadError }) => (onHeadError === "block" ? "Those behind it wait" : "The next one goes on"),
  },
  preventUploadAtZeroRecords: {
    label: "Prevent upload when zero records",
    show: ({ preventUploadAtZeroRecords }) => yesOrNo(preventUploadAtZeroRecords),
  },
  ackWithoutDownload: {
    label: "An acknowledgement without a download",
    show: ({ ackWithoutDownload }) => (ackWithoutDownload === "accept" ? "Counts" : "Is refused"),
  },
  company: { label: "Company", show: ({ company }) => company },
  useCompanyFromMessage: {
    label: "A client may name the company",
    show: ({ useCompanyFromMessage }) => yesOrNo(useCompanyFromMessage),
  },
  processingRecurrence: {
    label: "Processing recurrence",
    show: ({ processingRecurrence: recurrence }) => recurrence && <RecurrenceWords recurrence={recurrence} />,
  },
  monitoringRecurrence: {
    label: "Monitoring recurrence",
    show: ({ monitoringRecurrence: recurrence }) => recurrence && <RecurrenceWords recurrence={recurrence} />,
  },
  misfirePolicy: { label: "Missed due times", show: ({ misfirePolicy = "once" }) => policies[misfirePolicy] },
  attemptsMax: { label: "Attempts", show: ({ attemptsMax }) => String(attemptsMax) },
  visibilityMinutes: {
    label: "Minutes that a client has",
    show: ({ visibilityMinutes }) => String(visibilityMinutes),
  },
  duplicateWindowMinutes: {
    label: "Minutes in which the same file is one message",
    show: ({ duplicateWindowMinutes }) => String(duplicateWindowMinutes),
  },
  filters: {
    label: "Filters of its own",
    show: ({ filters = [] }) => filters.map(({ entity, filter }) => `${entity}: ${filterText(filter)}`).join("\n"),
  },
};

/** In the order of the form. */
export const memberNames = Object.keys(members).filter((name): name is JobMember => name in members);

type Applications = NonNullable<JobDraft["applications"]>;

function applicationsText(applications: Applications): string {
  return applications
    .map(({ applicationId, isEnabled = true }) => (isEnabled ? applicationId : `${applicationId} (disabled)`))
    .join("\n");
}

/** Whether the member is of no use to a job of this direction. */
export function isOfDirection(member: JobMember, direction: JobDraft["direction"]): boolean {
  const imports: readonly JobMember[] = [
    "source",
    "isOrdered",
    "onHeadError",
    "useCompanyFromMessage",
    "duplicateWindowMinutes",
  ];
  const exports: readonly JobMember[] = [
    "preventUploadAtZeroRecords",
    "ackWithoutDownload",
    "visibilityMinutes",
    "filters",
  ];
  return !(direction === "import" ? exports : imports).includes(member);
}
