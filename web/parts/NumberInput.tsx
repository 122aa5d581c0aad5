import { Input, type InputProps } from "@fluentui/react-components";
import { useState } from "react";

type Others = Omit<InputProps, "value" | "onChange" | "type">;

interface Props extends Others {
  /** NaN where there is none: nobody typed one yet, or what stands there is no number. */
  readonly number: number;
  readonly change: (number: number) => void;
}

/** A number that is needed, as somebody types it. */
export function NumberInput({ change, ...input }: Props) {
  return <OptionalNumberInput {...input} change={(number) => change(number ?? NaN)} />;
}

interface OptionalProps extends Others {
  /** Undefined while the field is empty; NaN while what stands there is no number, which the service then refuses. */
  readonly number: number | undefined;
  readonly change: (number: number | undefined) => void;
}

/** A number that may be left out. */
export function OptionalNumberInput({ number, change, ...input }: OptionalProps) {
  const [text, setText] = useState(textOf(number));
  // Somebody else, such as the version of another person, may have set the number.
  const isOurs = Object.is(toNumber(text) ?? NaN, number ?? NaN);
  return (
    <Input
      {...input}
      className="number-input"
      inputMode="numeric"
      value={isOurs ? text : textOf(number)}
      onChange={(_, { value }) => {
        setText(value);
        change(toNumber(value));
      }}
    />
  );
}

function textOf(number: number | undefined): string {
  return number === undefined || Number.isNaN(number) ? "" : String(number);
}

function toNumber(text: string): number | undefined {
  return text.trim() === "" ? undefined : Number(text);
}
