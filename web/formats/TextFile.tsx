import { Checkbox } from "@fluentui/react-components";
import { Member } from "../parts/definition/Problems.tsx";
import { NumberInput } from "../parts/NumberInput.tsx";
import { Choice } from "./Choice.tsx";
import { type DelimitedDraft, type FixedWidthDraft, withMember } from "./formatDraft.ts";
import { rowDelimiterNames } from "./formatKind.tsx";

type TextDraft = DelimitedDraft | FixedWidthDraft;

interface Props {
  readonly draft: TextDraft;
  readonly change: (draft: TextDraft) => void;
}

const rowDelimiterChoices = { "": "As the first row ends", ...rowDelimiterNames };

/** What every file of text has. */
export function TextFile({ draft, change }: Props) {
  return (
    <>
      <Checkbox
        label="First row header"
        checked={draft.hasHeader ?? false}
        onChange={(_, { checked }) => change({ ...draft, hasHeader: checked === true })}
      />
      <Choice
        path="rowDelimiter"
        label="Row delimiter"
        value={draft.rowDelimiter ?? ""}
        names={rowDelimiterChoices}
        change={(value) => change(withMember(draft, "rowDelimiter", isRowDelimiter(value) ? value : undefined))}
      />
      <Member path="codePage" label="Code page" hint="65001 is UTF-8, 1200 UTF-16, 1252 Western European.">
        <NumberInput number={draft.codePage ?? 65_001} change={(number) => change({ ...draft, codePage: number })} />
      </Member>
    </>
  );
}

function isRowDelimiter(value: string): value is NonNullable<TextDraft["rowDelimiter"]> {
  return value in rowDelimiterNames;
}
