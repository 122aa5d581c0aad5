import { Field, Switch, Textarea } from "@fluentui/react-components";
import { useMe } from "../parts/Me.tsx";
import { memberPart } from "./memberPart.ts";
import { PartForm, SavedBy } from "./PartForm.tsx";
import type { Project, Stored } from "./project.ts";
import { usePart } from "./usePart.ts";

type Settings = Pick<Project, "description" | "execute">;

const labels = { description: "Description", execute: "Into the entities" };

const part = memberPart<Settings>(
  {
    what: "The project",
    read: ({ description, execute }) => ({ description, execute }),
    write: (project, settings) => ({ ...project, ...settings }),
  },
  (key, settings) => ({
    label: labels[key],
    content: key === "execute" ? (settings.execute ? "Yes" : "No, into staging only") : settings.description,
  }),
);

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
            <Switch
              label="Copy records from staging into the entities by itself"
              checked={mine.execute}
              disabled={!mayManage}
              onChange={(_, { checked }) => change({ ...mine, execute: checked })}
            />
          )}
          <span className="faint">
            <SavedBy {...stored.value} />
          </span>
        </div>
      </PartForm>
    </div>
  );
}
