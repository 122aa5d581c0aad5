import { Select } from "@fluentui/react-components";
import { Checked, type RecurrenceProps } from "./Checked.tsx";
import type { Recurrence } from "./usePreview.ts";

type NthWeekday = NonNullable<Recurrence["nthWeekday"]>;

const nths = [
  [1, "first"],
  [2, "second"],
  [3, "third"],
  [4, "fourth"],
  [-1, "last"],
] as const;

const kinds = [
  ["monday", "Monday"],
  ["tuesday", "Tuesday"],
  ["wednesday", "Wednesday"],
  ["thursday", "Thursday"],
  ["friday", "Friday"],
  ["saturday", "Saturday"],
  ["sunday", "Sunday"],
  ["day", "day"],
  ["weekday", "weekday"],
  ["weekendDay", "weekend day"],
] as const;

/** "The first Monday", "the last weekday" of a month. */
export function NthWeekdayFields({
  nthWeekday,
  recurrence,
  change,
  problemAt,
}: RecurrenceProps & { readonly nthWeekday: NthWeekday }) {
  const set = (patch: Partial<NthWeekday>): void => {
    const { monthDay: _, ...rest } = recurrence;
    change({ ...rest, nthWeekday: { ...nthWeekday, ...patch } });
  };
  return (
    <>
      <Checked label="Which" problem={problemAt("nthWeekday.nth")}>
        <Select
          value={String(nthWeekday.nth)}
          onChange={(_, { value }) => set({ nth: nths.find(([nth]) => String(nth) === value)?.[0] ?? 1 })}
        >
          {nths.map(([nth, text]) => (
            <option key={nth} value={nth}>
              {text}
            </option>
          ))}
        </Select>
      </Checked>
      <Checked label="Day of the week" problem={problemAt("nthWeekday.weekday")}>
        <Select
          value={nthWeekday.weekday}
          onChange={(_, { value }) => set({ weekday: kinds.find(([kind]) => kind === value)?.[0] ?? "monday" })}
        >
          {kinds.map(([kind, text]) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
        </Select>
      </Checked>
    </>
  );
}
