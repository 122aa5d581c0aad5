import { Field } from "@fluentui/react-components";
import type { ReactElement } from "react";
import type { Recurrence } from "./usePreview.ts";

export interface RecurrenceProps {
  readonly recurrence: Recurrence;
  readonly change: (recurrence: Recurrence) => void;
  /** What is wrong with a member of the recurrence. */
  readonly problemAt: (path: string) => string | undefined;
}

interface CheckedProps {
  readonly label: string;
  readonly problem: string | undefined;
  readonly children: ReactElement;
}

/** A control of a recurrence, with what is wrong with it. */
export function Checked({ label, problem, children }: CheckedProps) {
  return (
    <Field label={label} {...(problem !== undefined && { validationMessage: problem, validationState: "error" })}>
      {children}
    </Field>
  );
}
