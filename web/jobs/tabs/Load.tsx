import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../../parts/Answered.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { durationText, Time } from "../../parts/Time.tsx";
import { LoadChart } from "./LoadChart.tsx";
import { Suggestion } from "./Suggestion.tsx";

type Sample = Schemas["LoadSample"];

interface Props {
  readonly activityId: string;
  readonly job: Schemas["Job"];
}

const kilobyte = 1_024;

const columns: readonly Column<Sample>[] = [
  { name: "Measured", width: "minmax(12rem, 1fr)", cell: ({ at }) => <Time at={at} /> },
  { name: "Waiting", width: "7rem", isNumber: true, cell: ({ waiting }) => waiting },
  {
    name: "Oldest age",
    width: "9rem",
    isNumber: true,
    cell: ({ oldestAgeMs }) => (oldestAgeMs === 0 ? "–" : durationText(oldestAgeMs)),
  },
  { name: "In process", width: "7rem", isNumber: true, cell: ({ inProcess }) => inProcess },
  { name: "Processed since", width: "9rem", isNumber: true, cell: ({ processedSinceLast }) => processedSinceLast },
  { name: "Failed since", width: "8rem", isNumber: true, cell: ({ failedSinceLast }) => failedSinceLast },
  {
    name: "Waiting KB",
    width: "8rem",
    isNumber: true,
    cell: ({ bytesWaiting }) => Math.ceil(bytesWaiting / kilobyte).toLocaleString(),
  },
];

/** How the queue of the job has been, and which interval would suit it. */
export function Load({ activityId, job }: Props) {
  const api = useApi();
  const { query, items, more } = usePages(["jobs", activityId, "load"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/jobs/{activityId}/load", {
        params: { path: { activityId }, query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  return (
    <Answered query={query} what="the load">
      {({ pages: [first] }) => (
        <>
          <Freshness of={query} />
          {first?.suggestion && <Suggestion activityId={activityId} job={job} suggestion={first.suggestion} />}
          {first && first.items.length > 1 && <LoadChart samples={first.items} />}
          <h2>Measurements</h2>
          <DataTable
            label="Measurements"
            columns={columns}
            rows={items}
            keyOf={({ at }) => at}
            more={more}
            empty={
              <Empty title="No measurement yet">
                {job.monitoringRecurrence
                  ? "The queue is measured at the due times of the monitoring recurrence."
                  : "Set a monitoring recurrence, and the queue is measured at its due times."}
              </Empty>
            }
          />
        </>
      )}
    </Answered>
  );
}
