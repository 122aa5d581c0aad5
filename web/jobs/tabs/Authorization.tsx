import { Badge, Switch } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { ForManagers, useMe } from "../../parts/Me.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { useAmendJob } from "../useAmendJob.ts";

type Application = Schemas["JobApplication"];

interface Props {
  readonly activityId: string;
  readonly job: Schemas["Job"];
}

/** Which applications may use the job. */
export function Authorization({ activityId, job }: Props) {
  const { mayManage } = useMe();
  const { mutate, isPending, error } = useAmendJob(activityId);
  const enable = (applicationId: string, isEnabled: boolean): void =>
    mutate((draft) => ({
      ...draft,
      applications: (draft.applications ?? []).map((each) =>
        each.applicationId === applicationId ? { ...each, isEnabled } : each,
      ),
    }));
  const columns: readonly Column<Application>[] = [
    {
      name: "Application id",
      width: "minmax(24rem, 1fr)",
      cell: ({ applicationId }) => <CopyText text={applicationId} what="the application id" />,
    },
    {
      name: "Enabled",
      width: "10rem",
      cell: ({ applicationId, isEnabled }) =>
        mayManage ? (
          <Switch
            aria-label={`${applicationId} enabled`}
            checked={isEnabled}
            disabled={isPending}
            onChange={(_, { checked }) => enable(applicationId, checked)}
          />
        ) : (
          <Badge appearance="tint" color={isEnabled ? "success" : "subtle"}>
            {isEnabled ? "Enabled" : "Disabled"}
          </Badge>
        ),
    },
  ];
  return (
    <>
      <p>These applications, and nobody else, may use the job; each signs in by itself.</p>
      {error && <Failure error={error} what="The authorization policy cannot be changed" />}
      <DataTable
        label="Applications"
        columns={columns}
        rows={job.applications}
        keyOf={({ applicationId }) => applicationId}
        empty={<Empty title="No application may use this job">Edit the job and enter an application id.</Empty>}
      />
      <ForManagers>
        <p>
          <PageLink to={viewOf("jobs", activityId, "edit")}>Add or remove applications</PageLink>
        </p>
      </ForManagers>
    </>
  );
}
