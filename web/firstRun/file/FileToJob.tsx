import { Button } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { Failure } from "../../parts/Failure.tsx";
import { FileForm } from "../../parts/file/FileForm.tsx";
import { type FileLine, useFileLine } from "../../parts/file/useFileLine.ts";
import { AuthorizationPart } from "../../parts/job/AuthorizationPart.tsx";
import { DraftingProvider } from "../../parts/job/Drafting.tsx";
import type { JobDraft } from "../../parts/job/jobDraft.ts";
import { Part } from "../../parts/job/Part.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { randomId } from "../../parts/randomId.ts";
import { Unsaved } from "../../parts/Unsaved.tsx";
import { JobPart } from "./JobPart.tsx";
import { Ready } from "./Ready.tsx";
import { Steps } from "./Steps.tsx";
import { useChecked } from "./useChecked.ts";
import { useFirstJob } from "./useFirstJob.ts";
import { useFirstRun, type Wish } from "./useFirstRun.ts";

interface Props {
  /** The application that files may be sent as, where the page knows one. */
  readonly sender: string | undefined;
  readonly again: () => void;
}

/** A file, what is made of it, and who may send the next one: then all of it is made by one button. */
export function FileToJob({ sender, again }: Props) {
  // The page names the job, so that an attempt that ended half way goes on and makes no second one.
  const [activityId] = useState(randomId);
  const file = useFileLine();
  const { draft, setDraft, problems, check, hasCompany } = useFirstJob(activityId, file, sender);
  const run = useFirstRun(activityId);
  const { form, isTried, isChecking, failure, submit } = useChecked(check, () => run.make(wishOf(file, draft)));
  const isBusy = isChecking || run.isPending;
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    file.decide();
    void submit();
  };
  if (run.job) {
    return (
      <Ready job={run.job} file={file} again={again}>
        <Steps run={run} isNew={file.isNew && !file.isPackage} />
      </Ready>
    );
  }
  const isStarted = Object.keys(run.states).length > 0;
  return (
    <DraftingProvider draft={draft} setDraft={setDraft} problems={problems} isTried={isTried}>
      <Unsaved isUnsaved={() => file.choice.file !== undefined} />
      <form
        ref={form}
        className="whole-form job-form"
        noValidate
        aria-label="From a file to a running job"
        onSubmit={begin}
      >
        <FilePart file={file} isBusy={isBusy} />
        {file.choice.file && (
          <>
            <JobPart hasCompany={hasCompany} />
            <AuthorizationPart note={sender === undefined ? elsewhere : locally} />
            {isStarted && <Steps run={run} isNew={file.isNew && !file.isPackage} />}
            {failure !== undefined && <Failure error={failure} what="The job cannot be checked" />}
            <div className="row form-end">
              <Button type="submit" appearance="primary" disabled={!file.isReady} disabledFocusable={isBusy}>
                {isBusy ? "Creating …" : isStarted ? "Go on" : "Create the job"}
              </Button>
            </div>
          </>
        )}
      </form>
    </DraftingProvider>
  );
}

function FilePart({ file, isBusy }: { readonly file: FileLine; readonly isBusy: boolean }) {
  return (
    <Part title="The file" note="One with some records as the sender will send them: text, Excel or XML.">
      <FileForm of={file} isBusy={isBusy} />
      {file.isPackage && (
        <p>
          To see its entities, maps and sequence first,{" "}
          <PageLink to="/projects/new?direction=import&from=manifest">
            make a project of the package or its manifest
          </PageLink>
          .
        </p>
      )}
    </Part>
  );
}

const locally = "Who may send files. On this local service there is a client to try it with: it stands here already.";
const elsewhere =
  "Who may send files: the application (client) id of each sender, as its app registration in Microsoft Entra ID shows it.";

function wishOf({ choice, isNew, isPackage, proposal, entity, format, fieldMap }: FileLine, draft: JobDraft): Wish {
  if (!choice.file) throw new Error("There is no file.");
  const line = { entity, format, ...(isNew && fieldMap && { fieldMap }) };
  return {
    file: choice.file,
    proposal: isNew && !isPackage ? proposal : undefined,
    project: { name: draft.project.trim(), line: isPackage ? undefined : line, fileName: choice.file.name },
    draft: { ...draft, name: draft.name.trim(), project: draft.project.trim() },
  };
}
