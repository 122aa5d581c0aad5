import { useParams } from "react-router";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { JobMessages } from "./JobMessages.tsx";
import { useJob } from "./useJob.ts";

/** A recurring data job. */
export function Component() {
  const { activityId = "" } = useParams();
  const job = useJob(activityId);
  return (
    <main className="view">
      <Answered query={job} what="the job" title="Recurring data job">
        {({ value }) => (
          <>
            <ViewHead
              title={value.name}
              crumbs={[{ to: "/?tab=jobs", text: "Recurring data jobs" }]}
              actions={
                <ForManagers>
                  <PageLink to={viewOf("jobs", activityId, "edit")}>Edit</PageLink>
                </ForManagers>
              }
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
