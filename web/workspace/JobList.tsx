import { Badge } from "@fluentui/react-components";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";

type Job = Schemas["Job"];

const columns: readonly Column<Job>[] = [
  {
    name: "Name",
    width: "minmax(12rem, 2fr)",
    cell: ({ name, activityId }) => (
      <PageLink to={viewOf("jobs", bareId(activityId))}>
        <bdi>{name}</bdi>
      </PageLink>
    ),
  },
  {
    name: "Activity id",
    width: "26rem",
    cell: ({ activityId }) => <CopyText text={activityId} what="the activity id" />,
  },
  { name: "Direction", width: "7rem", cell: ({ direction }) => (direction === "import" ? "Import" : "Export") },
  {
    name: "Project",
    width: "minmax(10rem, 1fr)",
    cell: ({ project }) => <PageLink to={viewOf("projects", project)}>{project}</PageLink>,
  },
  {
    name: "State",
    width: "7rem",
    cell: ({ isEnabled }) => (
      <Badge appearance="tint" color={isEnabled ? "success" : "subtle"}>
        {isEnabled ? "Enabled" : "Disabled"}
      </Badge>
    ),
  },
];

/** "{…}" as it stands in the address of the page. */
function bareId(activityId: string): string {
  return activityId.replace(/[{}]/g, "").toLowerCase();
}

/** The recurring data jobs of the service. */
export function JobList() {
  const api = useApi();
  const { query, items, more } = usePages(["jobs"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/jobs", {
        params: { query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  return (
    <Answered query={query} what="the recurring data jobs">
      {() => (
        <>
          <div className="row list-head">
            <Freshness of={query} />
            <ForManagers>
              <PageLink to="/jobs/new">Create recurring data job</PageLink>
            </ForManagers>
          </div>
          <DataTable
            label="Recurring data jobs"
            columns={columns}
            rows={items}
            keyOf={({ activityId }) => activityId}
            more={more}
            empty={
              <Empty title="There is no recurring data job yet">
                A job takes files in for a data project, or gives packages out, as often as its recurrence says.
              </Empty>
            }
          />
        </>
      )}
    </Answered>
  );
}
