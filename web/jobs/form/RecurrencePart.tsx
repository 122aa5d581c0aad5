import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { RecurrenceDialog } from "../../parts/recurrence/RecurrenceDialog.tsx";
import { RecurrencePreview } from "../../parts/recurrence/RecurrencePreview.tsx";
import { useDrafting } from "../../parts/job/Drafting.tsx";
import { type JobDraft, newRecurrence, type Recurrence } from "../../parts/job/jobDraft.ts";
import { Part } from "../../parts/job/Part.tsx";

type Kind = "processing" | "monitoring";

interface Props {
  readonly kind: Kind;
  /** What happens at the due times, and whether one needs any. */
  readonly note: string;
}

/** A recurrence of the job, set in a dialog that stands in the address. */
export function RecurrencePart({ kind, note }: Props) {
  const { draft, change, replace, problemAt, touch } = useDrafting();
  const [search, setSearch] = useSearchParams();
  const [fresh] = useState(() => newRecurrence(new Date(), Intl.DateTimeFormat().resolvedOptions().timeZone));
  const path = `${kind}Recurrence` as const;
  const recurrence = draft[path];
  const problem = problemAt(path);
  const open = (isOpen: boolean): void =>
    setSearch((before) => withParameter(before, isOpen ? kind : undefined), { preventScrollReset: true });
  return (
    <Part title={kind === "processing" ? "Processing recurrence" : "Monitoring recurrence"} note={note}>
      <div className="row" data-path={path}>
        <Button onClick={() => open(true)}>Set {kind} recurrence</Button>
        {recurrence && <Button onClick={() => replace(withoutRecurrence(draft, path))}>Remove</Button>}
      </div>
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      {recurrence ? <RecurrencePreview recurrence={recurrence} /> : <p className="faint">None is set.</p>}
      {search.get("recurrence") === kind && (
        <RecurrenceDialog
          title={`Set ${kind} recurrence`}
          recurrence={recurrence ?? fresh}
          close={() => open(false)}
          done={(next: Recurrence) => {
            change({ [path]: next });
            touch(path);
            open(false);
          }}
        />
      )}
    </Part>
  );
}

function withParameter(search: URLSearchParams, kind: Kind | undefined): URLSearchParams {
  const next = new URLSearchParams(search);
  if (kind === undefined) next.delete("recurrence");
  else next.set("recurrence", kind);
  return next;
}

function withoutRecurrence(draft: JobDraft, path: `${Kind}Recurrence`): JobDraft {
  const { [path]: _, ...rest } = draft;
  return rest;
}
