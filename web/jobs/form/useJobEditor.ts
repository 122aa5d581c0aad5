import { type FormEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { isSame } from "../../parts/differences.ts";
import { viewOf } from "../../parts/PageLink.tsx";
import { focusOn } from "../../parts/job/focusOn.ts";
import { draftOf, type JobDraft } from "../../parts/job/jobDraft.ts";
import { useJobCheck } from "../../parts/job/useJobCheck.ts";
import { type StoredJob, useSaveJob } from "./useSaveJob.ts";

/** What one began with. */
export interface Base {
  readonly draft: JobDraft;
  /** Of the version that a save replaces; undefined where there is none yet. */
  readonly etag: string | undefined;
}

/** Where one is: at the form, before the confirmation, or before a version that somebody else has saved. */
type Step = "typing" | "confirming" | StoredJob;

/** A job from the first letter to the save, with everything that somebody else may do in between. */
export function useJobEditor(activityId: string, initial: Base) {
  const [base, setBase] = useState(initial);
  const [draft, setDraft] = useState(initial.draft);
  const [isTried, setTried] = useState(false);
  const [step, setStep] = useState<Step>("typing");
  const [failure, setFailure] = useState<unknown>();
  const { problems, ask } = useJobCheck(activityId, draft);
  const { form, seek } = useSoughtField(problems);
  const saving = useSaveJob(activityId);
  const navigate = useNavigate();
  const isSaved = useRef(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    setFailure(undefined);
    try {
      const [first] = (await ask(draft)).problems;
      if (first) seek(first.path);
      else setStep("confirming");
    } catch (error) {
      setFailure(error);
    }
  };
  const save = async (): Promise<void> => {
    const newer = await saving.mutateAsync({ draft, etag: base.etag });
    if (newer) return setStep(newer);
    isSaved.current = true;
    await navigate(viewOf("jobs", activityId));
  };
  const goOn = (theirs: StoredJob, merged: JobDraft): void => {
    setBase({ draft: draftOf(theirs.value), etag: theirs.etag });
    setDraft(merged);
    setStep("typing");
  };
  const isUnsaved = (): boolean => !isSaved.current && !isSame(draft, base.draft);
  return { base, draft, setDraft, isTried, step, setStep, failure, problems, form, submit, save, goOn, isUnsaved };
}

/** Takes the person to the field of a problem as soon as it is drawn: it may stand in a part that opens first. */
function useSoughtField(problems: unknown) {
  const form = useRef<HTMLFormElement>(null);
  const [sought, seek] = useState<string>();
  useEffect(() => {
    if (sought !== undefined && focusOn(form.current, sought)) seek(undefined);
  }, [sought, problems]);
  return { form, seek };
}
