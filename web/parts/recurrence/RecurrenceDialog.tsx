import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { useState } from "react";
import { RecurrenceFields } from "./RecurrenceFields.tsx";
import { RecurrencePreview } from "./RecurrencePreview.tsx";
import { type Recurrence, usePreview } from "./usePreview.ts";

interface Props {
  /** "Set processing recurrence". */
  readonly title: string;
  readonly recurrence: Recurrence;
  readonly done: (recurrence: Recurrence) => void;
  readonly close: () => void;
}

/** Sets a recurrence, with its due times as one types. */
export function RecurrenceDialog({ title, recurrence, done, close }: Props) {
  const [edited, setEdited] = useState(recurrence);
  const { data } = usePreview(edited);
  const problems = data?.problems ?? [];
  const problemAt = (path: string): string | undefined =>
    problems.find((problem) => problem.path === path || problem.path.startsWith(`${path}[`))?.message;
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className="wide-dialog">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            // The form around the dialog, by the tree of components, is not meant.
            event.stopPropagation();
            if (problems.length === 0) done(edited);
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent>
              <RecurrenceFields recurrence={edited} change={setEdited} problemAt={problemAt} />
              <RecurrencePreview recurrence={edited} />
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" appearance="primary" disabled={problems.length > 0}>
                OK
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
