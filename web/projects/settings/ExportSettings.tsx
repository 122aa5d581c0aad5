import { Field, Radio, RadioGroup, Switch } from "@fluentui/react-components";
import { problemsAt } from "../line/useLineCheck.ts";
import type { Entity } from "../../parts/useNames.ts";
import { refreshLabels, settingLabels, withSetting } from "./lineSettings.ts";
import type { SettingsForm } from "./settingsForm.ts";
import { SortFields } from "./SortFields.tsx";

interface Props {
  readonly form: SettingsForm;
  readonly entity: Entity;
}

/** What an export alone has: which records it writes each time, in which order, and whether it tells what is gone. */
export function ExportSettings({ form: { settings, check, change }, entity }: Props) {
  const isIncremental = settings.refreshType === "incremental";
  const turn = (value: string): void =>
    change?.(
      value === "incremental"
        ? { ...settings, refreshType: "incremental" }
        : // A full push holds all that there is: nothing is reported as gone.
          withSetting({ ...settings, refreshType: "full" }, "tombstones", undefined),
    );
  const problem = problemsAt(check.problems, "refreshType") ?? problemsAt(check.problems, "tombstones");
  return (
    <>
      <Field
        label={settingLabels.refreshType}
        hint={entity.isChangeTracked ? "" : "Only an entity that tracks changes is pushed incrementally."}
        validationMessage={problem ?? null}
      >
        <RadioGroup value={settings.refreshType} disabled={!change} onChange={(_, { value }) => turn(value)}>
          <Radio value="full" label={refreshLabels.full} />
          <Radio
            value="incremental"
            label={refreshLabels.incremental}
            disabled={!entity.isChangeTracked && !isIncremental}
          />
        </RadioGroup>
      </Field>
      <Field hint="A further file names the keys of records that are gone, or no longer selected.">
        <Switch
          label={settingLabels.tombstones}
          checked={settings.tombstones === true}
          disabled={!change || !isIncremental}
          onChange={(_, { checked }) => change?.(withSetting(settings, "tombstones", checked || undefined))}
        />
      </Field>
      <SortFields
        sort={settings.sort ?? []}
        fields={entity.fields.map(({ name }) => name)}
        problem={problemsIn(check.problems)}
        {...(change && {
          change: (sort) => change(withSetting(settings, "sort", sort.length === 0 ? undefined : sort)),
        })}
      />
    </>
  );
}

function problemsIn(problems: SettingsForm["check"]["problems"]): string | undefined {
  const found = problems.filter(({ path }) => path.startsWith("sort"));
  return found.length === 0 ? undefined : found.map(({ message }) => message).join(" ");
}
