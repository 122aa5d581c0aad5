import { Field, Select } from "@fluentui/react-components";

interface Props {
  readonly label: string;
  /** What is chosen, and "" for all. */
  readonly value: string;
  readonly all?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly choose: (value: string) => void;
}

/** A filter of a list: one of the options, or all. */
export function FilterChoice({ label, value, all, options, choose }: Props) {
  const isKnown = value === "" || options.some(([option]) => option === value);
  return (
    <Field label={label}>
      <Select value={value} onChange={(_, { value: next }) => choose(next)}>
        {all !== undefined && <option value="">{all}</option>}
        {!isKnown && <option value={value}>{value}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  );
}
