import { Checkbox, Input } from "@fluentui/react-components";
import { Member } from "../parts/definition/Problems.tsx";
import { OptionalNumberInput } from "../parts/NumberInput.tsx";
import { Choice } from "./Choice.tsx";
import { type DelimitedDraft, withMember } from "./formatDraft.ts";
import { delimiterNames } from "./formatKind.tsx";

interface Props {
  readonly draft: DelimitedDraft;
  readonly change: (draft: DelimitedDraft) => void;
}

/** What stands between the cells of a row, and around them. */
export function Delimited({ draft, change }: Props) {
  const { columnDelimiter = "comma", textQualifier = '"' } = draft;
  const isNamed = columnDelimiter in delimiterNames;
  return (
    <>
      <Choice
        path="columnDelimiter"
        label="Column delimiter"
        value={isNamed ? columnDelimiter : ""}
        names={{ ...delimiterNames, "": "Another character" }}
        change={(value) => change({ ...draft, columnDelimiter: value })}
      />
      {!isNamed && (
        <Member path="columnDelimiter" label="Character between columns" required>
          <Input value={columnDelimiter} onChange={(_, { value }) => change({ ...draft, columnDelimiter: value })} />
        </Member>
      )}
      <Member path="textQualifier" label="Text qualifier" hint="Stands around a text. Empty: none.">
        <Input
          value={textQualifier ?? ""}
          onChange={(_, { value }) => change({ ...draft, textQualifier: value === "" ? null : value })}
        />
      </Member>
      <Member path="skipLines" label="Lines to skip" hint="At the top of the file, before the header.">
        <OptionalNumberInput
          number={draft.skipLines}
          change={(number) => change(withMember(draft, "skipLines", number))}
        />
      </Member>
      <Checkbox
        label="Rows may end in one delimiter more than they have columns"
        checked={draft.ignoreTrailingDelimiter ?? false}
        onChange={(_, { checked }) =>
          change(withMember(draft, "ignoreTrailingDelimiter", checked === true ? true : undefined))
        }
      />
    </>
  );
}
