import { Input, type InputProps } from "@fluentui/react-components";
import { useState } from "react";

interface Props extends Omit<InputProps, "value" | "onChange" | "type"> {
  /** No number stands for a field that is empty, or not a number. */
  readonly number: number;
  readonly change: (number: number) => void;
}

/** A number as somebody types it. */
export function NumberInput({ number, change, ...input }: Props) {
  const [text, setText] = useState(Number.isNaN(number) ? "" : String(number));
  // Somebody else, such as the version of another person, may have set the number.
  const shown = Object.is(toNumber(text), number) ? text : String(number);
  return (
    <Input
      {...input}
      className="number-input"
      inputMode="numeric"
      value={shown}
      onChange={(_, { value }) => {
        setText(value);
        change(toNumber(value));
      }}
    />
  );
}

function toNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}
