import { Button, Input } from "@fluentui/react-components";
import { Member } from "../definition/Problems.tsx";
import { NumberInput } from "../NumberInput.tsx";
import type { FieldDraft } from "./entityDraft.ts";

interface Props {
  readonly path: string;
  readonly field: FieldDraft;
  readonly change: (field: FieldDraft) => void;
}

/** The values of an enum, each with the three ways in which files may spell it. */
export function EnumValues({ path, field, change }: Props) {
  const values = field.enumValues ?? [];
  const replace = (index: number, ...by: typeof values): void =>
    change({ ...field, enumValues: values.toSpliced(index, 1, ...by) });
  const add = (): void => {
    const next = Math.max(-1, ...values.map(({ value }) => value).filter((value) => !Number.isNaN(value))) + 1;
    change({ ...field, enumValues: [...values, { symbol: "", value: next }] });
  };
  return (
    <fieldset className="sub">
      <legend>Values, which files may spell by symbol, number or label</legend>
      {values.map((each, index) => {
        const at = `${path}.enumValues[${index}]`;
        const { label = "", ...unlabelled } = each;
        return (
          <div key={index} className="row">
            <Member path={`${at}.symbol`} label="Symbol">
              <Input value={each.symbol} onChange={(_, { value }) => replace(index, { ...each, symbol: value })} />
            </Member>
            <Member path={`${at}.value`} label="Number">
              <NumberInput number={each.value} change={(number) => replace(index, { ...each, value: number })} />
            </Member>
            <Member path={`${at}.label`} label="Label">
              <Input
                value={label}
                placeholder={each.symbol}
                onChange={(_, { value }) => replace(index, { ...unlabelled, ...(value !== "" && { label: value }) })}
              />
            </Member>
            <Button
              size="small"
              className="at-end"
              aria-label={`Remove the value ${each.symbol}`}
              onClick={() => replace(index)}
            >
              Remove
            </Button>
          </div>
        );
      })}
      <div>
        <Button size="small" onClick={add}>
          Add a value
        </Button>
      </div>
    </fieldset>
  );
}
