import { Field, Switch, Textarea } from "@fluentui/react-components";
import { useMe } from "../parts/Me.tsx";
import { PartForm, SavedBy } from "./PartForm.tsx";
import type { Stored } from "../parts/project.ts";
import { projectSettingsPart as part } from "./projectSettings.ts";
import { usePart } from "./usePart.ts";

/** What a project says of itself. */
export function ProjectSettings({ stored }: { readonly stored: Stored }) {
  const { mayManage } = useMe();
  const { direction, execute, description } = stored.value;
  const editing = usePart(stored, part, { description, execute });
  const { part: mine, change } = editing;
  return (
    <div className="panel">
      <PartForm editing={editing} part={part}>
        <div className="form">
          <Field label="Description">
            <Textarea
              value={mine.description}
              maxLength={1000}
              readOnly={!mayManage}
              onChange={(_, { value }) => change({ ...mine, description: value })}
            />
          </Field>
          {direction === "import" && (
            <Field hint="Off: the rows of every entity stay in staging, from where somebody copies them.">
              <Switch
                label="Copy records from staging into the entities by itself"
                checked={mine.execute}
                disabled={!mayManage}
                onChange={(_, { checked }) => change({ ...mine, execute: checked })}
              />
            </Field>
          )}
          <span className="faint">
            <SavedBy {...stored.value} />
          </span>
        </div>
      </PartForm>
    </div>
  );
}
