import { Input, type InputProps } from "@fluentui/react-components";
import { useId } from "react";

interface Props extends Omit<InputProps, "value" | "onChange" | "list"> {
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly change: (value: string) => void;
}

/** Text that one types or chooses from what the browser offers below; anything else may be typed as well. */
export function SuggestInput({ value, suggestions, change, ...input }: Props) {
  const id = useId();
  return (
    <>
      <Input {...input} list={id} value={value} onChange={(_, data) => change(data.value)} />
      <datalist id={id}>
        {suggestions.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </datalist>
    </>
  );
}
