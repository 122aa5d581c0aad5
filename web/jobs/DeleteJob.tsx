import { Checkbox } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Ask } from "../parts/Ask.tsx";
import { useInTheWay } from "../parts/definition/InTheWay.tsx";
import type { StoredJob } from "./form/useSaveJob.ts";

interface Props {
  readonly stored: StoredJob;
  readonly activityId: string;
  readonly close: () => void;
}

/** Deletes the job in the version that one has seen, and says what goes with it. */
export function DeleteJob({ stored: { value: job, etag }, activityId, close }: Props) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { isFree, shown } = useInTheWay({ list: "jobs", name: activityId }, "job");
  const [isDiscarding, setDiscarding] = useState(false);
  const remove = async (): Promise<void> => {
    read(
      await api.DELETE("/manage/api/jobs/{activityId}", {
        params: {
          path: { activityId },
          header: { "If-Match": etag },
          ...(isDiscarding && { query: { discard: true } }),
        },
      }),
    );
    await navigate("/?tab=jobs");
    queries.removeQueries({ queryKey: ["jobs", activityId] });
    await queries.invalidateQueries();
  };
  return (
    <Ask
      title={`Delete the recurring data job ${job.name}?`}
      action="Delete"
      typed={job.name}
      isReady={!job.isEnabled && isFree}
      act={remove}
      close={close}
    >
      {shown}
      {job.isEnabled && (
        <p>
          <strong>The job is enabled.</strong> Disable it first, so that its clients get a clear answer.
        </p>
      )}
      <p>
        The job, its schedule and what is known of its runs will be gone, and its clients are refused. Messages that
        have ended stay until their time is over.
      </p>
      <Checkbox
        label="Give up what waits, is offered to clients or is parked. Without this, such messages keep the job."
        checked={isDiscarding}
        onChange={(_, { checked }) => setDiscarding(checked === true)}
      />
    </Ask>
  );
}
