import { Button } from "@fluentui/react-components";
import { useNavigate } from "react-router";
import { Failure } from "../../parts/Failure.tsx";
import { Unsaved } from "../../parts/Unsaved.tsx";
import { ConfirmJob } from "./ConfirmJob.tsx";
import { DraftingProvider } from "../../parts/job/Drafting.tsx";
import { JobFields } from "./JobFields.tsx";
import { LostRace } from "./LostRace.tsx";
import { Newer } from "./Newer.tsx";
import { Rest } from "./Rest.tsx";
import { type Base, useJobEditor } from "./useJobEditor.ts";
import type { StoredJob } from "./useSaveJob.ts";

interface Props {
  readonly activityId: string;
  readonly initial: Base;
  /** As it is stored by now, where it is. */
  readonly stored?: StoredJob | undefined;
  readonly cancelTo: string;
}

/** The form of a job, and what is asked before it is saved. */
export function JobEditor({ activityId, initial, stored, cancelTo }: Props) {
  const { base, draft, setDraft, problems, isTried, failure, step, setStep, form, ...acts } = useJobEditor(
    activityId,
    initial,
  );
  const navigate = useNavigate();
  const isNew = base.etag === undefined;
  return (
    <DraftingProvider draft={draft} setDraft={setDraft} problems={problems} isTried={isTried}>
      <Unsaved isUnsaved={acts.isUnsaved} />
      <form ref={form} className="whole-form job-form" noValidate onSubmit={(event) => void acts.submit(event)}>
        <Newer base={base} stored={stored} show={setStep} />
        <JobFields isNew={isNew} />
        {failure !== undefined && <Failure error={failure} what="The job cannot be checked" />}
        <Rest problems={isTried ? problems : []} />
        <div className="row form-end">
          <Button type="submit" appearance="primary">
            OK
          </Button>
          <Button onClick={() => void navigate(cancelTo)}>Cancel</Button>
        </div>
      </form>
      {step === "confirming" && (
        <ConfirmJob
          draft={draft}
          isNew={isNew}
          save={acts.save}
          close={() => setStep((now) => (now === "confirming" ? "typing" : now))}
        />
      )}
      {typeof step === "object" && (
        <LostRace
          base={base.draft}
          mine={draft}
          theirs={step}
          goOn={(merged) => acts.goOn(step, merged)}
          close={() => setStep("typing")}
        />
      )}
    </DraftingProvider>
  );
}
