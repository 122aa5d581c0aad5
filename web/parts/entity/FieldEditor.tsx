import { Button, Checkbox, Input, Select } from "@fluentui/react-components";
import { Member } from "../definition/Problems.tsx";
import { OptionalNumberInput } from "../NumberInput.tsx";
import { EnumValues } from "./EnumValues.tsx";
import { type FieldDraft, type FieldType, typeNames, withType } from "./entityDraft.ts";
import { NameChoice } from "./NameChoice.tsx";
import { Rules } from "./Rules.tsx";

interface Props {
  readonly path: string;
  readonly field: FieldDraft;
  readonly change: (field: FieldDraft) => void;
  readonly remove: () => void;
  readonly moveUp: (() => void) | undefined;
  readonly moveDown: (() => void) | undefined;
}

/** All that a field says. */
export function FieldEditor({ path, field, change, remove, moveUp, moveDown }: Props) {
  const patch = (some: Partial<FieldDraft>): void => change({ ...field, ...some });
  return (
    <div className="field-editor form" role="group" aria-label={`Field ${field.name}`}>
      <Member path={`${path}.name`} label="Name" required>
        <Input value={field.name} onChange={(_, { value }) => patch({ name: value })} />
      </Member>
      <Member path={`${path}.type`} label="Type">
        <Select value={field.type} onChange={(_, { value }) => isType(value) && change(withType(field, value))}>
          {Object.entries(typeNames).map(([type, text]) => (
            <option key={type} value={type}>
              {text}
            </option>
          ))}
        </Select>
      </Member>
      <div className="row">
        <Checkbox
          label="Key"
          checked={field.isKey ?? false}
          onChange={(_, { checked }) => patch({ isKey: checked === true })}
        />
        <Checkbox
          label="Required"
          checked={field.isRequired ?? false}
          onChange={(_, { checked }) => patch({ isRequired: checked === true })}
        />
      </div>
      <OfType path={path} field={field} change={change} />
      <Rules path={path} field={field} change={change} />
      <div className="row">
        <Button disabled={!moveUp} onClick={moveUp}>
          Move up
        </Button>
        <Button disabled={!moveDown} onClick={moveDown}>
          Move down
        </Button>
        <Button onClick={remove}>Remove the field</Button>
      </div>
    </div>
  );
}

/** What only fields of some types have. */
function OfType({ path, field, change }: Pick<Props, "path" | "field" | "change">) {
  const { lengthMax, numberSequence, ...rest } = field;
  const sequenced = (name: string): void =>
    change({ ...rest, ...(lengthMax !== undefined && { lengthMax }), ...(name !== "" && { numberSequence: name }) });
  return (
    <>
      {field.type === "string" && (
        <Member path={`${path}.lengthMax`} label="Characters at most" hint="Empty: any number of them.">
          <OptionalNumberInput
            number={lengthMax}
            change={(number) => {
              const others = { ...rest, ...(numberSequence !== undefined && { numberSequence }) };
              change(number === undefined ? others : { ...others, lengthMax: number });
            }}
          />
        </Member>
      )}
      {(field.type === "string" || field.type === "integer" || field.type === "int64") && (
        <Member
          path={`${path}.numberSequence`}
          label="Number sequence"
          hint="Numbers the field where a field map says that it is generated."
        >
          <NameChoice list="number-sequences" value={numberSequence ?? ""} change={sequenced} none="None" />
        </Member>
      )}
      {field.type === "enum" && <EnumValues path={path} field={field} change={change} />}
    </>
  );
}

function isType(value: string): value is FieldType {
  return value in typeNames;
}
