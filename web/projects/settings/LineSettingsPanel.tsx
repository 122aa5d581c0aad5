import { Field, Input, Switch } from "@fluentui/react-components";
import { useMe } from "../../parts/Me.tsx";
import { CheckMessages } from "../line/CheckMessages.tsx";
import type { PanelProps } from "../line/panelProps.ts";
import { problemsAt, useLineCheck } from "../line/useLineCheck.ts";
import { NamePicker } from "../../parts/NamePicker.tsx";
import { PartForm } from "../PartForm.tsx";
import { usePart } from "../usePart.ts";
import { useFormats } from "../../parts/useNames.ts";
import { ExportSettings } from "./ExportSettings.tsx";
import { settingLabels, settingsOf, settingsPart, withSetting } from "./lineSettings.ts";
import type { SettingsForm } from "./settingsForm.ts";

/** How the files of an entity are read or written, and what an error of it stops. */
export function LineSettingsPanel(props: PanelProps) {
  const { stored, line, entity } = props;
  const { direction } = stored.value;
  const { mayManage } = useMe();
  const part = settingsPart(line.entity);
  const editing = usePart(stored, part, settingsOf(line));
  const check = useLineCheck(editing.draft, line.entity);
  const form: SettingsForm = { settings: editing.part, check, ...(mayManage && { change: editing.change }) };
  return (
    <div className="panel">
      <PartForm editing={editing} part={part}>
        <div className="form">
          <Flag form={form} name="isEnabled" hint="Runs leave out what is disabled." />
          <FormatAndSheet form={form} direction={direction} />
          {direction === "import" ? <ImportSettings form={form} /> : <ExportSettings form={form} entity={entity} />}
          <Flag form={form} name="failLevelOnError" hint="What comes later in its level does not run then." />
          <Flag form={form} name="failUnitOnError" hint="What comes later in its execution unit does not run then." />
        </div>
        <CheckMessages check={check} isShown={(path) => shownPaths.test(path)} />
      </PartForm>
    </div>
  );
}

/** What is said beside its field. */
const shownPaths = /^(format|excelSheetName|skipStaging|truncateFirst|refreshType|tombstones|sort)\b/;

interface FormProps {
  readonly form: SettingsForm;
}

interface FlagProps extends FormProps {
  readonly name: "isEnabled" | "failLevelOnError" | "failUnitOnError" | "truncateFirst" | "skipStaging";
  readonly hint: string;
}

function Flag({ form: { settings, check, change }, name, hint }: FlagProps) {
  const problem = problemsAt(check.problems, name);
  return (
    <Field hint={hint} {...(problem !== undefined && { validationMessage: problem })}>
      <Switch
        label={settingLabels[name]}
        checked={settings[name]}
        disabled={!change}
        onChange={(_, { checked }) => change?.({ ...settings, [name]: checked })}
      />
    </Field>
  );
}

function ImportSettings({ form }: FormProps) {
  return (
    <>
      <Flag
        form={form}
        name="skipStaging"
        hint="Off: the rows of each run stay in staging, where they can be looked at, mended and copied."
      />
      <Flag
        form={form}
        name="truncateFirst"
        hint="All records of the entity, or of the company, are removed before those of the file come in."
      />
    </>
  );
}

function FormatAndSheet({ form, direction }: FormProps & { readonly direction: "import" | "export" }) {
  const { settings, check, change } = form;
  const { data: formats = [] } = useFormats();
  const isWorkbook = formats.find(({ name }) => name === settings.format)?.kind === "excel";
  return (
    <>
      <NamePicker
        label={direction === "import" ? "Source data format" : "Target data format"}
        names={formats.map(({ name }) => name)}
        name={settings.format}
        choose={(format) => change?.({ ...settings, format })}
        isDisabled={!change}
        problem={problemsAt(check.problems, "format")}
      />
      {(isWorkbook || settings.excelSheetName !== undefined) && (
        <Field
          label={settingLabels.excelSheetName}
          hint="Empty: the one that is called like the entity, or the first."
          validationMessage={problemsAt(check.problems, "excelSheetName") ?? null}
        >
          <Input
            value={settings.excelSheetName ?? ""}
            readOnly={!change}
            onChange={(_, { value }) => change?.(withSetting(settings, "excelSheetName", value || undefined))}
          />
        </Field>
      )}
    </>
  );
}
