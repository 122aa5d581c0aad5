import { Badge, Switch } from "@fluentui/react-components";
import type { Schemas } from "../api/api.ts";
import { Failure } from "../parts/Failure.tsx";
import { useMe } from "../parts/Me.tsx";
import { useAmendJob } from "./useAmendJob.ts";

interface Props {
  readonly job: Schemas["Job"];
  readonly activityId: string;
}

/** Whether the job takes and gives at all, for managers to change. */
export function EnabledSwitch({ job, activityId }: Props) {
  const { mayManage } = useMe();
  const { mutate, isPending, error } = useAmendJob(activityId);
  if (!mayManage) {
    return (
      <Badge appearance="tint" color={job.isEnabled ? "success" : "subtle"}>
        {job.isEnabled ? "Enabled" : "Disabled"}
      </Badge>
    );
  }
  return (
    <>
      <Switch
        label="Enabled"
        checked={isPending ? !job.isEnabled : job.isEnabled}
        disabled={isPending}
        onChange={(_, { checked }) => mutate((draft) => ({ ...draft, isEnabled: checked }))}
      />
      {error && <Failure error={error} what={`The job cannot be ${job.isEnabled ? "disabled" : "enabled"}`} />}
    </>
  );
}
