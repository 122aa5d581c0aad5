import { Field, Input, Textarea } from "@fluentui/react-components";
import { LongText } from "../parts/LongText.tsx";

interface Props {
  readonly name: string;
  readonly value: string;
  /** What somebody else wrote there. */
  readonly other: string | undefined;
  readonly reason: string | undefined;
  readonly change: (value: string) => void;
}

const lineCharactersMax = 60;

/** One cell of a row, with what is wrong with it. */
export function RowCell({ name, value, other, reason, change }: Props) {
  const isLong = value.length > lineCharactersMax || value.includes("\n");
  return (
    <Field
      label={<bdi>{name}</bdi>}
      hint={other === undefined ? null : <Other name={name} value={other} />}
      validationMessage={reason === undefined ? null : <LongText text={reason} what="Reason" />}
    >
      {isLong ? (
        <Textarea value={value} dir="auto" resize="vertical" onChange={(_, { value: next }) => change(next)} />
      ) : (
        <Input value={value} dir="auto" onChange={(_, { value: next }) => change(next)} />
      )}
    </Field>
  );
}

function Other({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      It holds now: <LongText text={value} what={name} charactersMax={80} />
    </>
  );
}
