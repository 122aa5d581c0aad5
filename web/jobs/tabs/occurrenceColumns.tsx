import { Badge } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { durationText, Time } from "../../parts/Time.tsx";

type Occurrence = Schemas["Occurrence"];

const looks = {
  due: ["Due", "brand"],
  started: ["Running", "informative"],
  finished: ["Finished", "success"],
  skipped: ["Skipped", "warning"],
  missed: ["Missed", "danger"],
} as const;

/** A run is begun within moments of its due time; beyond this it is late. */
const onTimeMs = 120_000;

/** How much later than due the run began, where that is out of the ordinary. */
function lateMs({ trigger, lastDueAt, startedAt }: Occurrence): number | undefined {
  if (trigger === "manual" || startedAt === null) return undefined;
  const late = Date.parse(startedAt) - Date.parse(lastDueAt);
  return late > onTimeMs ? late : undefined;
}

function State(occurrence: Occurrence) {
  const [text, color] = looks[occurrence.state];
  const late = lateMs(occurrence);
  return (
    <span className="badges">
      <Badge appearance="tint" color={color}>
        {text}
      </Badge>
      {late !== undefined && (
        <Badge appearance="filled" color="warning">
          Late by {durationText(late)}
        </Badge>
      )}
    </span>
  );
}

function Took({ startedAt, finishedAt }: Occurrence) {
  if (startedAt === null || finishedAt === null) return <span className="faint">–</span>;
  return <>{durationText(Date.parse(finishedAt) - Date.parse(startedAt))}</>;
}

/** What became of a due time. */
export const occurrenceColumns: readonly Column<Occurrence>[] = [
  {
    name: "Due",
    width: "16rem",
    cell: ({ dueAt, lastDueAt, dueTimes }) => (
      <span>
        <Time at={dueAt} />
        {dueTimes > 1 && (
          <>
            {" "}
            to <Time at={lastDueAt} />: {dueTimes} due times
          </>
        )}
      </span>
    ),
  },
  {
    name: "By",
    width: "8rem",
    cell: ({ trigger }) => (trigger === "manual" ? "Hand" : "Recurrence"),
  },
  { name: "State", width: "14rem", cell: (occurrence) => <State {...occurrence} /> },
  { name: "Started", width: "12rem", cell: ({ startedAt }) => <Time at={startedAt ?? undefined} /> },
  { name: "Took", width: "7rem", isNumber: true, cell: (occurrence) => <Took {...occurrence} /> },
  { name: "Attempts", width: "6rem", isNumber: true, cell: ({ attempts }) => attempts },
  {
    name: "Message",
    width: "22rem",
    cell: ({ messageId }) =>
      messageId !== null && (
        <PageLink to={viewOf("messages", messageId)}>
          <code>{messageId}</code>
        </PageLink>
      ),
  },
  {
    name: "Reason",
    width: "minmax(16rem, 1fr)",
    cell: ({ reason }) => <span className="prose">{reason}</span>,
  },
];
