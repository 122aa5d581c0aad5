import { Button, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useState } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Failure } from "../parts/Failure.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { Time } from "../parts/Time.tsx";
import { DeleteJob } from "./DeleteJob.tsx";
import type { StoredJob } from "./form/useSaveJob.ts";

interface Props {
  readonly stored: StoredJob;
  readonly activityId: string;
}

/** What a manager may do with a job. */
export function JobActions({ stored, activityId }: Props) {
  const api = useApi();
  const [isDeleting, setDeleting] = useState(false);
  const run = useChange(async () =>
    read(await api.POST("/manage/api/jobs/{activityId}/run", { params: { path: { activityId } } })),
  );
  return (
    <ForManagers>
      <Button disabled={run.isPending} onClick={() => run.mutate(undefined)}>
        Run now
      </Button>
      <PageLink to={viewOf("jobs", activityId, "edit")}>Edit</PageLink>
      <Button onClick={() => setDeleting(true)}>Delete</Button>
      {run.data && (
        <MessageBar intent="success">
          <MessageBarBody role="status">
            The run of <Time at={run.data.dueAt} /> was asked for. What becomes of it stands in the{" "}
            <PageLink to="?tab=schedule">schedule</PageLink>.
          </MessageBarBody>
        </MessageBar>
      )}
      {run.error && <Failure error={run.error} what="The job cannot be run" />}
      {isDeleting && <DeleteJob stored={stored} activityId={activityId} close={() => setDeleting(false)} />}
    </ForManagers>
  );
}
