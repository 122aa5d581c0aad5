import { Ask } from "../../parts/Ask.tsx";
import { RecurrencePreview } from "../../parts/recurrence/RecurrencePreview.tsx";
import type { JobDraft } from "../../parts/job/jobDraft.ts";

interface Props {
  readonly draft: JobDraft;
  readonly isNew: boolean;
  readonly save: () => Promise<void>;
  readonly close: () => void;
}

/** What the job will be and when it will be due, before it is. */
export function ConfirmJob({ draft, isNew, save, close }: Props) {
  const { name, project, direction, isEnabled, applications = [], processingRecurrence, monitoringRecurrence } = draft;
  const enabled = applications.filter((each) => each.isEnabled).length;
  return (
    <Ask
      title={isNew ? `Create the recurring data job ${name}?` : `Save the recurring data job ${name}?`}
      action="Yes"
      cancel="No"
      act={save}
      close={close}
    >
      <dl className="pairs">
        <dt>Data project</dt>
        <dd>
          <bdi>{project}</bdi> ({direction})
        </dd>
        <dt>Authorization policy</dt>
        <dd>
          {enabled} of {applications.length} application{applications.length === 1 ? "" : "s"} enabled
        </dd>
        {isEnabled === false && (
          <>
            <dt>Enabled</dt>
            <dd>No: it takes nothing and runs at no due time until it is enabled.</dd>
          </>
        )}
        <dt>Processing recurrence</dt>
        <dd>{processingRecurrence ? <RecurrencePreview recurrence={processingRecurrence} /> : "None"}</dd>
        <dt>Monitoring recurrence</dt>
        <dd>{monitoringRecurrence ? <RecurrencePreview recurrence={monitoringRecurrence} /> : "None"}</dd>
      </dl>
    </Ask>
  );
}
