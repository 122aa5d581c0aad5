import { Badge } from "@fluentui/react-components";
import type { Schemas } from "../api/api.ts";
import { CopyText } from "../parts/CopyText.tsx";
import type { Column } from "../parts/DataTable.tsx";
import { countText } from "../parts/figures.ts";
import { jobView, PageLink, viewOf } from "../parts/PageLink.tsx";
import { Time } from "../parts/Time.tsx";

/** A job, with where it stands once that is known. */
export interface JobRow {
  readonly job: Schemas["Job"];
  readonly standing: Schemas["JobStanding"] | undefined;
}

type Counted = "waiting" | "inProcess" | "offered" | "parked";

function countColumn(name: string, counted: Counted): Column<JobRow> {
  return {
    name,
    width: "5.5rem",
    isNumber: true,
    cell: ({ standing }) => {
      const count = standing?.[counted];
      return count === undefined || count === 0 ? <span className="faint">{count}</span> : countText(count);
    },
  };
}

export const jobColumns: readonly Column<JobRow>[] = [
  {
    name: "Name",
    width: "minmax(11rem, 1.25fr)",
    cell: ({ job: { name, activityId } }) => (
      <PageLink to={jobView(activityId)}>
        <bdi>{name}</bdi>
      </PageLink>
    ),
  },
  {
    name: "State",
    width: "11rem",
    cell: ({ job: { isEnabled }, standing }) => (
      <span className="badges">
        <Badge appearance="tint" color={isEnabled ? "success" : "subtle"}>
          {isEnabled ? "Enabled" : "Disabled"}
        </Badge>
        {standing?.blockedBy !== undefined && (
          <PageLink to={viewOf("messages", standing.blockedBy)}>
            <Badge appearance="filled" color="danger">
              Blocked
            </Badge>
          </PageLink>
        )}
      </span>
    ),
  },
  {
    name: "Project",
    width: "minmax(10rem, 1fr)",
    cell: ({ job: { project } }) => (
      <PageLink to={viewOf("projects", project)}>
        <bdi>{project}</bdi>
      </PageLink>
    ),
  },
  {
    name: "Direction",
    width: "6rem",
    cell: ({ job: { direction } }) => (direction === "import" ? "Import" : "Export"),
  },
  countColumn("Waiting", "waiting"),
  countColumn("In process", "inProcess"),
  countColumn("Offered", "offered"),
  countColumn("Parked", "parked"),
  { name: "Next due", width: "12rem", cell: ({ standing }) => <Time at={standing?.nextDueAt} /> },
  {
    name: "Activity id",
    width: "26rem",
    cell: ({ job: { activityId } }) => <CopyText text={activityId} what="the activity id" />,
  },
];
