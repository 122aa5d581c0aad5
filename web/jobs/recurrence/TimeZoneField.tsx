import { Combobox, Option } from "@fluentui/react-components";
import { Checked, type RecurrenceProps } from "./Checked.tsx";

const shownMax = 40;
const zones: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** In whose clock the recurrence is meant. */
export function TimeZoneField({ recurrence, change, problemAt }: RecurrenceProps) {
  const { timeZone = "UTC" } = recurrence;
  const isKnown = zones.includes(timeZone);
  const wanted = timeZone.toLowerCase().replaceAll(" ", "_");
  const shown = isKnown ? zones : zones.filter((zone) => zone.toLowerCase().includes(wanted));
  const set = (zone: string): void => change({ ...recurrence, timeZone: zone });
  return (
    <Checked label="Time zone" problem={problemAt("timeZone")}>
      <Combobox
        freeform
        value={timeZone}
        selectedOptions={[timeZone]}
        onChange={({ target }) => set(target.value)}
        onOptionSelect={(_, { optionValue }) => optionValue !== undefined && set(optionValue)}
      >
        {shown.slice(0, isKnown ? shown.length : shownMax).map((zone) => (
          <Option key={zone}>{zone}</Option>
        ))}
      </Combobox>
    </Checked>
  );
}
