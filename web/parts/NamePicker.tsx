import { Field, type FieldProps, Select } from "@fluentui/react-components";

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly names: readonly string[];
  readonly name: string;
  readonly choose: (name: string) => void;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly problem?: FieldProps["validationMessage"];
}

/** One of the names that there are. */
export function NamePicker({ label, hint, names, name, choose, isRequired = true, isDisabled, problem }: Props) {
  const known = names.includes(name) ? names : [name, ...names];
  return (
    <Field
      label={label}
      required={isRequired}
      {...(hint !== undefined && { hint })}
      {...(problem !== undefined && { validationMessage: problem })}
    >
      <Select value={name} disabled={isDisabled === true} onChange={(_, { value }) => choose(value)}>
        {known.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </Select>
    </Field>
  );
}
