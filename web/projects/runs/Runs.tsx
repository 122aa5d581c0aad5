import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../../parts/Answered.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { ForManagers } from "../../parts/Me.tsx";
import type { Project } from "../../parts/project.ts";
import { runColumns, type Run } from "../../parts/run/runColumns.tsx";
import { ExportNow } from "./ExportNow.tsx";
import { ImportNow } from "./ImportNow.tsx";

const keyOf = ({ id }: Run): string => id;
const columns = runColumns.filter(({ name }) => name !== "Project");

/** Runs of the project, the newest first, whoever asked for them; and one more by hand. */
export function Runs({ project }: { readonly project: Project }) {
  return (
    <>
      <ForManagers>
        {project.direction === "import" ? <ImportNow project={project} /> : <ExportNow project={project} />}
      </ForManagers>
      <RunList name={project.name} />
    </>
  );
}

function RunList({ name }: Pick<Project, "name">) {
  const api = useApi();
  const { query, items, more, hasMore } = usePages(["executions", { project: name }], async (continuation, signal) => {
    const asked = { limit: 50, project: name, ...(continuation !== undefined && { continuation }) };
    return read(await api.GET("/manage/api/executions", { params: { query: asked }, signal }));
  });
  return (
    <Answered query={query} what="the runs">
      {() => (
        <>
          <Freshness of={query} />
          <DataTable
            label="Runs"
            columns={columns}
            rows={items}
            keyOf={keyOf}
            more={more}
            hasMore={hasMore}
            empty={
              <Empty title="The project has not run yet">
                A run is here from its begin until the retention of its message ends.
              </Empty>
            }
          />
        </>
      )}
    </Answered>
  );
}
