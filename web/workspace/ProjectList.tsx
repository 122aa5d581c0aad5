import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";

type Project = Schemas["Project"];

const columns: readonly Column<Project>[] = [
  {
    name: "Name",
    width: "minmax(12rem, 2fr)",
    cell: ({ name }) => (
      <PageLink to={viewOf("projects", name)}>
        <bdi>{name}</bdi>
      </PageLink>
    ),
  },
  { name: "Direction", width: "7rem", cell: ({ direction }) => (direction === "import" ? "Import" : "Export") },
  {
    name: "Entities",
    width: "minmax(12rem, 2fr)",
    cell: ({ lines }) => lines.map(({ entity }) => entity).join(", "),
  },
  { name: "Description", width: "minmax(12rem, 3fr)", cell: ({ description }) => description },
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
            rows={items}
            keyOf={({ name }) => name}
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
