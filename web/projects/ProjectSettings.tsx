import { Field, Switch, Textarea } from "@fluentui/react-components";
import { useMe } from "../parts/Me.tsx";
import { PartForm, SavedBy } from "./PartForm.tsx";
import type { Stored } from "../parts/project.ts";
import { SuggestInput } from "../parts/SuggestInput.tsx";
import { projectSettingsPart as part, settingsOf } from "./projectSettings.ts";
import { usePart } from "./usePart.ts";

const timeZones = Intl.supportedValuesOf("timeZone");

/** What a project says of itself. */
export function ProjectSettings({ stored }: { readonly stored: Stored }) {
  const { mayManage } = useMe();
  const { direction } = stored.value;
  const editing = usePart(stored, part, settingsOf(stored.value));
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
          {direction === "export" && (
            <Field label="Time zone" hint="Whose days relative dates count in Export now. Empty: UTC.">
              <SuggestInput
                value={mine.timeZone ?? ""}
                suggestions={timeZones}
                readOnly={!mayManage}
                change={(value) => {
                  const { timeZone: _before, ...others } = mine;
                  change({ ...others, ...(value !== "" && { timeZone: value }) });
                }}
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
