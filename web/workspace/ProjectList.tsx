import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { Time } from "../parts/Time.tsx";
import { RunBadge, type Run } from "../parts/run/runColumns.tsx";

/** A project, with its last run where that is among the last of all. */
interface ProjectRow {
  readonly project: Schemas["Project"];
  readonly run: Run | undefined;
}

const runsMax = 50;
/** Each of them is a file that the service reads. */
const askedEachMs = 30_000;
const keyOf = ({ project }: ProjectRow): string => project.name;

const columns: readonly Column<ProjectRow>[] = [
  {
    name: "Name",
    width: "minmax(12rem, 2fr)",
    cell: ({ project: { name } }) => (
      <PageLink to={viewOf("projects", name)}>
        <bdi>{name}</bdi>
      </PageLink>
    ),
  },
  {
    name: "Direction",
    width: "7rem",
    cell: ({ project: { direction } }) => (direction === "import" ? "Import" : "Export"),
  },
  {
    name: "Last run",
    width: "18rem",
    cell: ({ run }) =>
      run && (
        <span className="badges">
          <RunBadge state={run.state} />
          <PageLink to={viewOf("executions", run.id)}>
            <Time at={run.startedAt} />
          </PageLink>
        </span>
      ),
  },
  {
    name: "Entities",
    width: "minmax(12rem, 2fr)",
    cell: ({ project: { lines } }) => lines.map(({ entity }) => entity).join(", "),
  },
  {
    name: "Description",
    width: "minmax(12rem, 3fr)",
    cell: ({ project: { description } }) => <bdi>{description}</bdi>,
  },
];

/** The data projects of the service. */
export function ProjectList() {
  const api = useApi();
  const { query, items, more } = usePages(["projects"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/projects", {
        params: { query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  const runs = useLastRuns();
  const rows = useMemo(
    () => items.map((project): ProjectRow => ({ project, run: runs.get(project.name.toLowerCase()) })),
    [items, runs],
  );
  return (
    <Answered query={query} what="the data projects">
      {() => (
        <>
          <div className="row list-head">
            <Freshness of={query} />
            <ForManagers>
              <nav className="row" aria-label="Create data project">
                <PageLink to="/projects/new?direction=import">New import project</PageLink>
                <PageLink to="/projects/new?direction=export">New export project</PageLink>
              </nav>
            </ForManagers>
          </div>
          <DataTable
            label="Data projects"
            columns={columns}
            rows={rows}
            keyOf={keyOf}
            more={more}
            empty={
              <Empty title="There is no data project yet">
                A project says which entities move, in which format, and how columns become fields.
              </Empty>
            }
          />
        </>
      )}
    </Answered>
  );
}

/** The last run of each project that has one among the last of all, by its name. */
function useLastRuns(): ReadonlyMap<string, Run> {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["executions", "last"],
    refetchInterval: askedEachMs,
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/executions", { params: { query: { limit: runsMax } }, signal })).items,
  });
  // The newest is the last to be set.
  return useMemo(() => new Map((data ?? []).toReversed().map((run) => [run.project.toLowerCase(), run])), [data]);
}
