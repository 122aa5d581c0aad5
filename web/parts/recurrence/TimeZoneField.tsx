import { SuggestInput } from "../SuggestInput.tsx";
import { Checked, type RecurrenceProps } from "./Checked.tsx";

const zones: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** In whose clock the recurrence is meant. */
export function TimeZoneField({ recurrence, change, problemAt }: RecurrenceProps) {
  const { timeZone = "UTC" } = recurrence;
  return (
    <Checked label="Time zone" problem={problemAt("timeZone")}>
      <SuggestInput value={timeZone} suggestions={zones} change={(next) => change({ ...recurrence, timeZone: next })} />
    </Checked>
  );
}
