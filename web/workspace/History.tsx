import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { useSpan } from "../parts/DayFilters.tsx";
import { DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { useFilters } from "../parts/useFilters.ts";
import { HistoryFilters } from "./HistoryFilters.tsx";
import { runColumns, type Run } from "../parts/run/runColumns.tsx";

const states: readonly Run["state"][] = ["waiting", "running", "finished", "finishedWithErrors", "failed", "canceled"];
const keyOf = ({ id }: Run): string => id;

/** Job history: every run of every project, the newest first. */
export function History() {
  const [search] = useFilters();
  const { query, items, more, hasMore } = useRuns();
  const isFiltered = ["state", "project", "job", "entity", "from", "to"].some((name) => search.has(name));
  return (
    <>
      <HistoryFilters />
      <Answered query={query} what="the job history">
        {() => (
          <>
            <Freshness of={query} />
            <DataTable
              label="Job history"
              columns={runColumns}
              rows={items}
              keyOf={keyOf}
              more={more}
              hasMore={hasMore}
              empty={
                <Empty title={isFiltered ? "No run is like this" : "Nothing has run yet"}>
                  A run is here from its begin until the retention of its message ends.
                </Empty>
              }
            />
          </>
        )}
      </Answered>
    </>
  );
}

function useRuns() {
  const api = useApi();
  const [search] = useFilters();
  const state = states.find((each) => each === search.get("state"));
  const named = Object.fromEntries(
    (["project", "job", "entity"] as const).flatMap((name) => (search.get(name) ? [[name, search.get(name)!]] : [])),
  );
  const filter = { ...named, ...useSpan(), ...(state && { state }) };
  return usePages(["executions", filter], async (continuation, signal) => {
    const query = { limit: 50, ...filter, ...(continuation !== undefined && { continuation }) };
    return read(await api.GET("/manage/api/executions", { params: { query }, signal }));
  });
}
