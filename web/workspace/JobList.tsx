import { useEffect, useMemo } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { jobColumns, type JobRow } from "./jobColumns.tsx";

/** Due times move all the time: the numbers across all jobs, which are asked for more often, tell what matters. */
const standingsMs = 30_000;
const keyOf = ({ job }: JobRow): string => job.activityId;
const pageOf = (continuation: string | undefined) => ({
  limit: 200,
  ...(continuation !== undefined && { continuation }),
});

/** The recurring data jobs of the service. */
export function JobList() {
  const { query, items, more } = useJobPages();
  const { standings, more: moreStandings } = useStandings();
  const isBehind = standings.size < items.length;
  useEffect(() => {
    if (isBehind) moreStandings?.();
  }, [isBehind, moreStandings]);
  const rows = useMemo(
    () => items.map((job): JobRow => ({ job, standing: standings.get(job.activityId) })),
    [items, standings],
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
            columns={jobColumns}
            rows={rows}
            keyOf={keyOf}
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

function useJobPages() {
  const api = useApi();
  return usePages(["jobs"], async (continuation, signal) =>
    read(await api.GET("/manage/api/jobs", { params: { query: pageOf(continuation) }, signal })),
  );
}

/** Where the jobs stand, in pages of their own, as far as jobs are shown. */
function useStandings() {
  const api = useApi();
  const { items, more } = usePages(
    ["job-standings"],
    async (continuation, signal) =>
      read(await api.GET("/manage/api/job-standings", { params: { query: pageOf(continuation) }, signal })),
    standingsMs,
  );
  return { standings: useMemo(() => new Map(items.map((item) => [item.activityId, item] as const)), [items]), more };
}
