import type { Schemas } from "../../api/api.ts";
import { CopyButton } from "../CopyText.tsx";
import type { Column } from "../DataTable.tsx";
import { countText, sizeText } from "../figures.ts";
import { LongText } from "../LongText.tsx";
import { JobLink } from "../JobLink.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import { StateBadge } from "../StateBadge.tsx";
import { durationText, Time } from "../Time.tsx";

export type Message = Schemas["Message"];
export type MessageOfJob = Schemas["MessageOfJob"];

/** A row is not much higher than those beside it. */
const textCharactersMax = 120;

const id: Column<Message> = {
  name: "Message ID",
  width: "20.5rem",
  cell: (message) => (
    <span className="copy">
      <PageLink to={viewOf("messages", message.id)}>
        <code>{message.id}</code>
      </PageLink>
      <CopyButton text={message.id} what="the message id" />
    </span>
  ),
};
const state: Column<Message> = {
  name: "State",
  width: "12rem",
  cell: (message) => <StateBadge message={message} />,
};
const company: Column<Message> = { name: "Company", width: "6rem", cell: (message) => message.company };
const created: Column<Message> = {
  name: "Created",
  width: "12rem",
  cell: ({ enqueuedAt }) => <Time at={enqueuedAt} />,
};
const size: Column<Message> = {
  name: "Size",
  width: "6rem",
  isNumber: true,
  cell: ({ sizeBytes }) => sizeBytes !== undefined && sizeText(sizeBytes),
};
const attempts: Column<Message> = {
  name: "Attempts",
  width: "6rem",
  isNumber: true,
  cell: (message) => message.attempts,
};
const reason: Column<Message> = {
  name: "What went wrong",
  width: "minmax(14rem, 1.4fr)",
  cell: ({ id: messageId, state: is, parked, lastError }) => {
    const text = parked?.reason ?? lastError;
    if (text !== undefined) return <LongText text={text} what="What went wrong" charactersMax={textCharactersMax} />;
    return (
      is === "ProcessedWithErrors" && (
        <PageLink to={`${viewOf("messages", messageId)}?tab=rejected`}>Rejected rows</PageLink>
      )
    );
  },
};

const ends: ReadonlySet<Schemas["MessageState"]> = new Set([
  "Processed",
  "ProcessedWithErrors",
  "PreProcessingError",
  "PostProcessingError",
  "Acked",
  "Discarded",
]);

const processed: Column<Message> = {
  name: "Processed",
  width: "12rem",
  cell: (message) => <Time at={ends.has(message.state) ? message.changedAt : undefined} />,
};

const externalId: Column<Message> = {
  name: "External id",
  width: "minmax(10rem, 1fr)",
  cell: ({ externalIdentifier }) => (
    <LongText text={externalIdentifier ?? ""} what="External id" charactersMax={textCharactersMax} />
  ),
};
const entity: Column<Message> = {
  name: "Entity",
  width: "minmax(8rem, 1fr)",
  cell: (message) => <bdi>{message.entity}</bdi>,
};

const exports: readonly Column<Message>[] = [
  {
    name: "Total records exported",
    width: "8rem",
    isNumber: true,
    cell: ({ totalRecords }) => totalRecords !== undefined && countText(totalRecords),
  },
  {
    name: "File uploaded",
    width: "6rem",
    cell: ({ isFileUploaded }) => (isFileUploaded === undefined ? "–" : isFileUploaded ? "Yes" : "No"),
  },
];

/** How long the message has waited, for the list of those that do. */
function age(now: number): Column<Message> {
  return {
    name: "Age",
    width: "7rem",
    isNumber: true,
    cell: ({ enqueuedAt }) => durationText(now - Date.parse(enqueuedAt)),
  };
}

const job: Column<MessageOfJob> = {
  name: "Job",
  width: "minmax(10rem, 1fr)",
  cell: (row) => <JobLink {...row} />,
};

/** The grid of messages of all jobs; `openAt` is now, where all of them stand so still. */
export function columnsOfAllJobs(openAt: number | undefined): readonly Column<MessageOfJob>[] {
  const when = openAt === undefined ? processed : age(openAt);
  return [id, job, state, externalId, reason, when, created, entity, company, attempts];
}

/** A column more or less in the grid of messages is one entry here. `waitingAt` is now, where all of them wait. */
export function messageColumns(
  direction: Message["direction"],
  waitingAt: number | undefined,
): readonly Column<Message>[] {
  const isImport = direction === "import";
  const first = isImport ? [state, externalId] : [state, ...exports];
  const last = isImport ? [entity, company, size, attempts] : [company, size, attempts];
  // What waits has seldom failed, and what has ended is looked through for what did.
  return waitingAt !== undefined
    ? [id, age(waitingAt), ...first, created, ...last, reason]
    : [id, ...first, reason, created, processed, ...last];
}
