import { Radio, RadioGroup, Switch } from "@fluentui/react-components";
import { NumberInput } from "../../parts/NumberInput.tsx";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";

/** What an import job takes, and in which order. */
export function ImportOptions() {
  const { draft, change } = useDrafting();
  const { source = "file", isOrdered = false, onHeadError = "continue", useCompanyFromMessage = false } = draft;
  const { duplicateWindowMinutes = NaN } = draft;
  return (
    <>
      <DraftField path="source" label="Supported data source type">
        <RadioGroup
          value={source}
          onChange={(_, { value }) => change({ source: value === "package" ? "package" : "file" })}
        >
          <Radio value="file" label="File: clients push single files, in the format that the data project says" />
          <Radio value="package" label="Data package: clients push packages of several files alone" />
        </RadioGroup>
      </DraftField>
      <Switch
        label="Process messages in order"
        checked={isOrdered}
        onChange={(_, { checked }) => change({ isOrdered: checked })}
      />
      {isOrdered && (
        <DraftField path="onHeadError" label="When a message ends in an error">
          <RadioGroup
            value={onHeadError}
            onChange={(_, { value }) => change({ onHeadError: value === "block" ? "block" : "continue" })}
          >
            <Radio value="continue" label="The next one goes on" />
            <Radio value="block" label="Those behind it wait until somebody retries or releases it" />
          </RadioGroup>
        </DraftField>
      )}
      <Switch
        label="A client may name the company of its message"
        checked={useCompanyFromMessage}
        onChange={(_, { checked }) => change({ useCompanyFromMessage: checked })}
      />
      <DraftField
        path="duplicateWindowMinutes"
        label="Minutes in which the same file is one message"
        hint="The same external id with the same bytes within this time is taken once; 0: each file is a message."
      >
        <NumberInput number={duplicateWindowMinutes} change={(next) => change({ duplicateWindowMinutes: next })} />
      </DraftField>
    </>
  );
}
