import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { readVersioned } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { JobMessages } from "./JobMessages.tsx";

/** A recurring data job. */
export function Component() {
  const { activityId = "" } = useParams();
  const api = useApi();
  const job = useQuery({
    queryKey: ["jobs", activityId],
    queryFn: async ({ signal }) =>
      readVersioned(await api.GET("/manage/api/jobs/{activityId}", { params: { path: { activityId } }, signal })),
  });
  return (
    <main className="view">
      <Answered query={job} what="the job" title="Recurring data job">
        {({ value }) => (
          <>
            <ViewHead
              title={value.name}
              crumbs={[{ to: "/?tab=jobs", text: "Recurring data jobs" }]}
              facts={
                <>
                  <CopyText text={value.activityId} what="the activity id" />
                  <Freshness of={job} />
                </>
              }
            />
            <JobMessages activityId={activityId} />
          </>
        )}
      </Answered>
    </main>
  );
}
