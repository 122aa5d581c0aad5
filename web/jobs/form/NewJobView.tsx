import { useState } from "react";
import { useSearchParams } from "react-router";
import { Empty } from "../../parts/Empty.tsx";
import { useMe } from "../../parts/Me.tsx";
import { viewOf } from "../../parts/PageLink.tsx";
import { randomId } from "../../parts/randomId.ts";
import { ViewHead } from "../../parts/ViewHead.tsx";
import { newDraft } from "../../parts/job/jobDraft.ts";
import { JobEditor } from "./JobEditor.tsx";
import "../jobs.css";

/** Create recurring data job. */
export function Component() {
  const [search] = useSearchParams();
  const { mayManage } = useMe();
  const project = search.get("project") ?? "";
  // The page names the job, so that a save whose answer was lost can be repeated and makes no second one.
  const [activityId] = useState(() => randomId());
  const [initial] = useState(() => ({ draft: newDraft(project), etag: undefined }));
  return (
    <main className="view">
      <ViewHead
        title="Create recurring data job"
        crumbs={
          project === ""
            ? [{ to: "/?tab=jobs", text: "Recurring data jobs" }]
            : [
                { to: "/?tab=projects", text: "Data projects" },
                { to: viewOf("projects", project), text: project },
              ]
        }
      />
      {mayManage ? (
        <JobEditor
          activityId={activityId}
          initial={initial}
          cancelTo={project === "" ? "/?tab=jobs" : viewOf("projects", project)}
        />
      ) : (
        <Empty title="You may look and not change">A job is created by somebody who may manage the service.</Empty>
      )}
    </main>
  );
}
