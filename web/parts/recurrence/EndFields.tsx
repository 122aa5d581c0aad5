import { Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { NumberInput } from "../NumberInput.tsx";
import { Checked, type RecurrenceProps } from "./Checked.tsx";

const occurrencesAtFirst = 10;

/** Until when a recurrence goes on. */
export function EndFields({ recurrence, change, problemAt }: RecurrenceProps) {
  const { end = { kind: "never" }, start } = recurrence;
  const choose = (kind: string): void => {
    if (kind === "never") change({ ...recurrence, end: { kind } });
    if (kind === "after") change({ ...recurrence, end: { kind, occurrences: occurrencesAtFirst } });
    if (kind === "by") change({ ...recurrence, end: { kind, date: start.slice(0, 10) } });
  };
  return (
    <div className="row top">
      <Field label="End">
        <RadioGroup layout="horizontal" value={end.kind} onChange={(_, { value }) => choose(value)}>
          <Radio value="never" label="No end date" />
          <Radio value="after" label="End after" />
          <Radio value="by" label="End by" />
        </RadioGroup>
      </Field>
      {end.kind === "after" && (
        <Checked label="Due times" problem={problemAt("end.occurrences")}>
          <NumberInput
            number={end.occurrences}
            change={(occurrences) => change({ ...recurrence, end: { kind: "after", occurrences } })}
          />
        </Checked>
      )}
      {end.kind === "by" && (
        <Checked label="Last date" problem={problemAt("end.date")}>
          <Input
            type="date"
            value={end.date}
            onChange={(_, { value }) => change({ ...recurrence, end: { kind: "by", date: value } })}
          />
        </Checked>
      )}
    </div>
  );
}
