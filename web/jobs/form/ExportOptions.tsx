import { Radio, RadioGroup, Switch } from "@fluentui/react-components";
import { NumberInput } from "../../parts/NumberInput.tsx";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";

/** What an export job offers, and when it counts as received. */
export function ExportOptions() {
  const { draft, change } = useDrafting();
  const { preventUploadAtZeroRecords = false, ackWithoutDownload = "refuse", visibilityMinutes = NaN } = draft;
  return (
    <>
      <p className="faint">An export job gives out data packages.</p>
      <Switch
        label="Prevent upload when zero records"
        checked={preventUploadAtZeroRecords}
        onChange={(_, { checked }) => change({ preventUploadAtZeroRecords: checked })}
      />
      <DraftField path="ackWithoutDownload" label="An acknowledgement of a file that nobody downloaded">
        <RadioGroup
          value={ackWithoutDownload}
          onChange={(_, { value }) => change({ ackWithoutDownload: value === "accept" ? "accept" : "refuse" })}
        >
          <Radio value="refuse" label="Is refused, and the file is offered again" />
          <Radio value="accept" label="Counts, and the message says so" />
        </RadioGroup>
      </DraftField>
      <DraftField
        path="visibilityMinutes"
        label="Minutes that a client has"
        hint="How long a file is hidden from others after a dequeue; without an acknowledgement it is offered again then."
      >
        <NumberInput number={visibilityMinutes} change={(next) => change({ visibilityMinutes: next })} />
      </DraftField>
    </>
  );
}
