import { Input, Select } from "@fluentui/react-components";
import { NumberInput } from "../NumberInput.tsx";
import { Checked, type RecurrenceProps } from "./Checked.tsx";
import { EndFields } from "./EndFields.tsx";
import { DayFields } from "./DayFields.tsx";
import { TimeZoneField } from "./TimeZoneField.tsx";
import "./recurrence.css";

const frequencies = ["minute", "hour", "day", "week", "month", "year"] as const;

/** When a job is due: from when on, how often, and until when. */
export function RecurrenceFields(props: RecurrenceProps) {
  const { recurrence, change, problemAt } = props;
  const { start, interval = 1, frequency, timeZone = "UTC", end = { kind: "never" } } = recurrence;
  const [date = "", time = ""] = start.split("T");
  // What goes with one unit, such as the days of a week, does not with another.
  const setFrequency = (value: string): void => {
    const next = frequencies.find((each) => each === value);
    if (next) change({ start, timeZone, interval, end, frequency: next });
  };
  return (
    <div className="recurrence-fields">
      <div className="row top">
        <Checked label="Start date" problem={problemAt("start")}>
          <Input
            type="date"
            value={date}
            onChange={(_, { value }) => change({ ...recurrence, start: `${value}T${time}` })}
          />
        </Checked>
        <Checked label="Start time" problem={undefined}>
          <Input
            type="time"
            step={1}
            value={time}
            onChange={(_, { value }) => change({ ...recurrence, start: `${date}T${withSeconds(value)}` })}
          />
        </Checked>
        <TimeZoneField {...props} />
      </div>
      <div className="row top">
        <Checked label="Every" problem={problemAt("interval")}>
          <NumberInput number={interval} change={(next) => change({ ...recurrence, interval: next })} />
        </Checked>
        <Checked label="Unit" problem={problemAt("frequency")}>
          <Select value={frequency} onChange={(_, { value }) => setFrequency(value)}>
            {frequencies.map((each) => (
              <option key={each} value={each}>
                {`${each}s`}
              </option>
            ))}
          </Select>
        </Checked>
      </div>
      <DayFields {...props} />
      <EndFields {...props} />
    </div>
  );
}

/** A time field leaves seconds out that are none. */
function withSeconds(time: string): string {
  return /^\d\d:\d\d$/.test(time) ? `${time}:00` : time;
}
