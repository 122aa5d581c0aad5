import { Checkbox, Input, MessageBar, MessageBarBody, Select, Switch } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { OptionalNumberInput } from "../NumberInput.tsx";
import type { Proposal } from "./useFileLine.ts";
import "./file.css";

type Field = Schemas["EntityField"];

interface Props {
  readonly inference: Schemas["Inference"];
  readonly proposal: Proposal;
  readonly change: (proposal: Proposal) => void;
}

/** Without enums, whose values no file tells. */
const types = ["string", "integer", "int64", "real", "boolean", "date", "datetime", "time", "guid"] as const;

/** The entity as the first rows suggest it, to be corrected before it is made. */
export function ProposedFields({ inference, proposal, change }: Props) {
  const { rowsRead, isWhole, warnings, key } = inference;
  const setField = (index: number, field: Field): void =>
    change({ ...proposal, fields: proposal.fields.with(index, field) });
  return (
    <>
      <p className="faint">
        Made from {isWhole ? "all" : "the first"} {rowsRead} rows. Key: {key.reason}
      </p>
      {warnings.map((warning) => (
        <MessageBar key={warning} intent="warning" layout="multiline">
          <MessageBarBody className="prose">{warning}</MessageBarBody>
        </MessageBar>
      ))}
      <Switch
        label="Each company has records of its own"
        checked={proposal.isPerCompany}
        onChange={(_, { checked }) => change({ ...proposal, isPerCompany: checked })}
      />
      <div role="region" className="wide" aria-label="Fields of the entity" tabIndex={0}>
        <table className="plain proposed">
          <thead>
            <tr>
              {["Column", "Field", "Type", "Length", "Key", "Required"].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {proposal.fields.map((field, index) => (
              <FieldRow
                key={field.name}
                column={inference.columns[index]?.column ?? field.name}
                reason={inference.columns[index]?.reason}
                field={field}
                change={(next) => setField(index, next)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface RowProps {
  readonly column: string;
  readonly reason: string | undefined;
  readonly field: Field;
  readonly change: (field: Field) => void;
}

function FieldRow({ column, reason, field, change }: RowProps) {
  const { name, type, lengthMax, isKey, isRequired } = field;
  return (
    <tr>
      <th scope="row" className="wrap" title={reason}>
        <bdi>{column}</bdi>
      </th>
      <td>
        <code className="wrap">{name}</code>
      </td>
      <td>
        <Select
          aria-label={`Type of ${name}`}
          value={type}
          onChange={(_, { value }) => {
            const next = types.find((each) => each === value) ?? "string";
            const { lengthMax: _length, ...rest } = field;
            change({ ...rest, type: next, ...(next === "string" && { lengthMax: lengthMax ?? 60 }) });
          }}
        >
          {types.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
      </td>
      <td>
        {type === "string" ? (
          <OptionalNumberInput
            aria-label={`Length of ${name}`}
            number={lengthMax}
            change={(next) => {
              const { lengthMax: _length, ...rest } = field;
              change(next === undefined ? rest : { ...rest, lengthMax: next });
            }}
          />
        ) : (
          <Input aria-label={`Length of ${name}`} disabled value="–" className="number-input" />
        )}
      </td>
      <td>
        <Checkbox
          aria-label={`${name} is in the key`}
          checked={isKey}
          onChange={(_, { checked }) =>
            change({ ...field, isKey: checked === true, isRequired: checked === true || isRequired })
          }
        />
      </td>
      <td>
        <Checkbox
          aria-label={`${name} is required`}
          checked={isRequired}
          onChange={(_, { checked }) => change({ ...field, isRequired: checked === true })}
        />
      </td>
    </tr>
  );
}
