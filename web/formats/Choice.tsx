import { Select } from "@fluentui/react-components";
import { Member } from "../parts/definition/Problems.tsx";

interface Props {
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly names: Readonly<Record<string, string>>;
  readonly change: (value: string) => void;
}

/** One of a few named values. */
export function Choice({ path, label, hint, value, names, change }: Props) {
  return (
    <Member path={path} label={label} {...(hint !== undefined && { hint })}>
      <Select value={value} onChange={(_, data) => change(data.value)}>
        {Object.entries(names).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </Select>
    </Member>
  );
}
