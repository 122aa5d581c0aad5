import { Choice } from "./Choice.tsx";
import type { XmlDraft } from "./formatDraft.ts";
import { emptyValueNames, nameCases } from "./formatKind.tsx";

interface Props {
  readonly draft: XmlDraft;
  readonly change: (draft: XmlDraft) => void;
}

/** How XML is written. */
export function Xml({ draft, change }: Props) {
  const { names = "upper", emptyValues = "empty" } = draft;
  return (
    <>
      <Choice
        path="names"
        label="Names of elements and attributes"
        hint="How they are written. Files may have them in any case."
        value={names}
        names={nameCases}
        change={(value) => isNameCase(value) && change({ ...draft, names: value })}
      />
      <Choice
        path="emptyValues"
        label="Empty values"
        hint="How they are written."
        value={emptyValues}
        names={emptyValueNames}
        change={(value) => isEmptyValue(value) && change({ ...draft, emptyValues: value })}
      />
    </>
  );
}

function isNameCase(value: string): value is NonNullable<XmlDraft["names"]> {
  return value in nameCases;
}

function isEmptyValue(value: string): value is NonNullable<XmlDraft["emptyValues"]> {
  return value in emptyValueNames;
}
