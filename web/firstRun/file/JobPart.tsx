import { Button, Input } from "@fluentui/react-components";
import { useState } from "react";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";
import { Part } from "../../parts/job/Part.tsx";
import { RecurrenceDialog } from "../../parts/recurrence/RecurrenceDialog.tsx";
import { RecurrenceWords } from "../../parts/recurrence/RecurrenceWords.tsx";

/** What of a job must be said, or is good to see, before its first file comes. */
export function JobPart({ hasCompany }: { readonly hasCompany: boolean }) {
  const { draft, change } = useDrafting();
  const { name, project, company = "" } = draft;
  return (
    <Part title="The job" note="Takes files of this kind from now on. Everything can be changed later.">
      <DraftField path="name" label="Name of the job" required>
        <Input value={name} onChange={(_, { value }) => change({ name: value })} />
      </DraftField>
      <DraftField
        path="project"
        label="Name of its data project"
        required
        hint="The project says which columns become which fields."
      >
        <Input value={project} maxLength={60} onChange={(_, { value }) => change({ project: value })} />
      </DraftField>
      {hasCompany && (
        <DraftField path="company" label="Company" hint="The legal entity whose records the files hold.">
          <Input value={company} onChange={(_, { value }) => change({ company: value })} />
        </DraftField>
      )}
      <Recurrence />
    </Part>
  );
}

function Recurrence() {
  const { draft, change, problemAt } = useDrafting();
  const [isOpen, setOpen] = useState(false);
  const { processingRecurrence: recurrence } = draft;
  const problem = problemAt("processingRecurrence");
  if (!recurrence) return null;
  return (
    <div data-path="processingRecurrence">
      <p className="recurrence-words">
        Processing recurrence: <RecurrenceWords recurrence={recurrence} />.
      </p>
      <Button onClick={() => setOpen(true)}>Set processing recurrence</Button>
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      {isOpen && (
        <RecurrenceDialog
          title="Set processing recurrence"
          recurrence={recurrence}
          close={() => setOpen(false)}
          done={(next) => {
            change({ processingRecurrence: next });
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}
