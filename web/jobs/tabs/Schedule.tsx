import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../../parts/Answered.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { DueTimes } from "../../parts/recurrence/DueTimes.tsx";
import { occurrenceColumns } from "./occurrenceColumns.tsx";

interface Props {
  readonly activityId: string;
  readonly job: Schemas["Job"];
}

/** When the job is due next, and what became of the due times before. */
export function Schedule({ activityId, job }: Props) {
  const api = useApi();
  const { query, items, more } = usePages(["jobs", activityId, "occurrences"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/jobs/{activityId}/occurrences", {
        params: { path: { activityId }, query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  return (
    <Answered query={query} what="the schedule">
      {({ pages }) => (
        <>
          <section className="panel" aria-labelledby="next-due">
            <h2 id="next-due">Next due times</h2>
            <Next job={job} next={pages[0]?.next ?? []} />
          </section>
          <h2>Runs</h2>
          <Freshness of={query} />
          <DataTable
            label="Runs"
            columns={occurrenceColumns}
            rows={items}
            keyOf={({ dueAt, trigger }) => `${trigger} ${dueAt}`}
            more={more}
            empty={<Empty title="No run yet">A run begins at each due time, and when somebody presses Run now.</Empty>}
          />
        </>
      )}
    </Answered>
  );
}

interface NextProps {
  readonly job: Schemas["Job"];
  readonly next: readonly string[];
}

function Next({ job: { isEnabled, processingRecurrence, processingWords }, next }: NextProps) {
  if (!processingRecurrence) return <p>The job has no processing recurrence and is due at no time.</p>;
  return (
    <>
      <p className="recurrence-words">{processingWords}</p>
      {!isEnabled && <p>The job is disabled: nothing is due until it is enabled.</p>}
      {isEnabled && next.length === 0 && <p>The recurrence has ended: nothing is due any more.</p>}
      <DueTimes times={next} timeZone={processingRecurrence.timeZone} />
    </>
  );
}
