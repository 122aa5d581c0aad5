import { useState } from "react";
import { useParams } from "react-router";
import { Answered } from "../../parts/Answered.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { useMe } from "../../parts/Me.tsx";
import { viewOf } from "../../parts/PageLink.tsx";
import { ViewHead } from "../../parts/ViewHead.tsx";
import { useJob } from "../useJob.ts";
import { draftOf } from "../../parts/job/jobDraft.ts";
import { JobEditor } from "./JobEditor.tsx";
import type { StoredJob } from "./useSaveJob.ts";
import "../jobs.css";

/** The form of a job that there is. */
export function Component() {
  const { activityId = "" } = useParams();
  const { mayManage } = useMe();
  const job = useJob(activityId);
  return (
    <main className="view">
      <Answered query={job} what="the job" title="Edit recurring data job">
        {(stored) => (
          <>
            <ViewHead
              title={`Edit ${stored.value.name}`}
              crumbs={[
                { to: "/?tab=jobs", text: "Recurring data jobs" },
                { to: viewOf("jobs", activityId), text: stored.value.name },
              ]}
            />
            {mayManage ? (
              <Editor activityId={activityId} stored={stored} />
            ) : (
              <Empty title="You may look and not change">
                A job is changed by somebody who may manage the service.
              </Empty>
            )}
          </>
        )}
      </Answered>
    </main>
  );
}

/** What one begins with is the version of that moment; later ones are shown beside. */
function Editor({ activityId, stored }: { readonly activityId: string; readonly stored: StoredJob }) {
  const [initial] = useState(() => ({ draft: draftOf(stored.value), etag: stored.etag }));
  return <JobEditor activityId={activityId} initial={initial} stored={stored} cancelTo={viewOf("jobs", activityId)} />;
}
