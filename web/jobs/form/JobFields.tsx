import { Input, Switch, Textarea } from "@fluentui/react-components";
import { AdvancedOptions } from "./AdvancedOptions.tsx";
import { AuthorizationPart } from "../../parts/job/AuthorizationPart.tsx";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";
import { FiltersPart } from "./FiltersPart.tsx";
import { Part } from "../../parts/job/Part.tsx";
import { ProjectField } from "./ProjectField.tsx";
import { RecurrencePart } from "./RecurrencePart.tsx";

/** Everything that one may say about a job, in the order of the original's steps. */
export function JobFields({ isNew }: { readonly isNew: boolean }) {
  const { draft, change } = useDrafting();
  const { name, description = "", direction, isEnabled = true } = draft;
  const isImport = direction === "import";
  return (
    <>
      <Part title="Recurring data job">
        <DraftField path="name" label="Name" required>
          <Input value={name} onChange={(_, { value }) => change({ name: value })} />
        </DraftField>
        <DraftField path="description" label="Description">
          <Textarea value={description} resize="vertical" onChange={(_, { value }) => change({ description: value })} />
        </DraftField>
        <ProjectField isNew={isNew} />
        <Switch label="Enabled" checked={isEnabled} onChange={(_, { checked }) => change({ isEnabled: checked })} />
      </Part>
      <AuthorizationPart />
      <AdvancedOptions />
      {!isImport && <FiltersPart />}
      <RecurrencePart
        kind="processing"
        note={
          isImport
            ? "When the messages that wait are imported. An enabled job needs one."
            : "When a package is made for clients to fetch. An enabled job needs one."
        }
      />
      <RecurrencePart
        kind="monitoring"
        note="Optional. When the load of the job's queue is measured, so that the processing recurrence can be fitted to it."
      />
    </>
  );
}
