import { Checkbox, Field, Radio, RadioGroup, Select } from "@fluentui/react-components";
import { NumberInput } from "../NumberInput.tsx";
import { NthWeekdayFields } from "./NthWeekdayFields.tsx";
import { Checked, type RecurrenceProps } from "./Checked.tsx";

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const months = Array.from({ length: 12 }, (_, index) => index + 1);
const monthName = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });

/** On which days of its weeks, months or years a recurrence is due. */
export function DayFields(props: RecurrenceProps) {
  const { frequency } = props.recurrence;
  if (frequency === "week") return <WeekdayFields {...props} />;
  if (frequency === "month" || frequency === "year") return <MonthDayFields {...props} />;
  return null;
}

function WeekdayFields({ recurrence, change, problemAt }: RecurrenceProps) {
  const { weekdays: chosen = [weekdayOf(recurrence.start)] } = recurrence;
  const problem = problemAt("weekdays");
  return (
    <Field
      label="On"
      role="group"
      {...(problem !== undefined && { validationMessage: problem, validationState: "error" })}
    >
      <div className="row">
        {weekdays.map((weekday) => (
          <Checkbox
            key={weekday}
            label={capital(weekday)}
            checked={chosen.includes(weekday)}
            onChange={(_, { checked }) =>
              change({
                ...recurrence,
                weekdays: weekdays.filter((each) => (each === weekday ? checked : chosen.includes(each))),
              })
            }
          />
        ))}
      </div>
    </Field>
  );
}

function MonthDayFields(props: RecurrenceProps) {
  const { recurrence, change, problemAt } = props;
  const { monthDay: _day, nthWeekday: _nth, ...rest } = recurrence;
  const { monthDay = Number(recurrence.start.slice(8, 10)), month = Number(recurrence.start.slice(5, 7)) } = recurrence;
  const choose = (kind: string): void =>
    change(kind === "nth" ? { ...rest, nthWeekday: { nth: 1, weekday: "monday" } } : { ...rest, monthDay });
  return (
    <div className="row top">
      {recurrence.frequency === "year" && (
        <Checked label="In" problem={problemAt("month")}>
          <Select value={String(month)} onChange={(_, { value }) => change({ ...recurrence, month: Number(value) })}>
            {months.map((each) => (
              <option key={each} value={each}>
                {monthName.format(Date.UTC(2000, each - 1))}
              </option>
            ))}
          </Select>
        </Checked>
      )}
      <Field label="On">
        <RadioGroup
          layout="horizontal"
          value={recurrence.nthWeekday ? "nth" : "day"}
          onChange={(_, { value }) => choose(value)}
        >
          <Radio value="day" label="A day by its number" />
          <Radio value="nth" label="A day of a week" />
        </RadioGroup>
      </Field>
      {recurrence.nthWeekday ? (
        <NthWeekdayFields {...props} nthWeekday={recurrence.nthWeekday} />
      ) : (
        <Checked label="Day" problem={problemAt("monthDay")}>
          <NumberInput number={monthDay} change={(next) => change({ ...rest, monthDay: next })} />
        </Checked>
      )}
    </div>
  );
}

function weekdayOf(start: string): (typeof weekdays)[number] {
  const day = new Date(`${start.slice(0, 10)}T00:00:00Z`).getUTCDay();
  return weekdays[(day + 6) % 7] ?? "monday";
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
