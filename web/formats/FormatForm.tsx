import { Input } from "@fluentui/react-components";
import type { FormOf } from "../parts/definition/Editor.tsx";
import { Member } from "../parts/definition/Problems.tsx";
import { SuggestInput } from "../parts/SuggestInput.tsx";
import { Choice } from "./Choice.tsx";
import { Delimited } from "./Delimited.tsx";
import { FixedColumns } from "./FixedColumns.tsx";
import { draftOfMembers, type FormatDraft, kindNames, withMember } from "./formatDraft.ts";
import { TextFile } from "./TextFile.tsx";
import { Xml } from "./Xml.tsx";

const timeZones = Intl.supportedValuesOf("timeZone");

/** All that a source data format says. */
export function FormatForm({ draft, change, isNew }: FormOf<"formats">) {
  return (
    <section className="panel form" aria-label="The source data format">
      {isNew && (
        <Member path="name" label="Name" required>
          <Input value={draft.name} onChange={(_, { value }) => change({ ...draft, name: value })} />
        </Member>
      )}
      <Choice
        path="kind"
        label="File format"
        value={draft.kind ?? "delimited"}
        names={kindNames}
        change={(kind) => change(draftOfMembers({ ...draft, kind }))}
      />
      <OfKind draft={draft} change={change} />
      <Member
        path="language"
        label="Language"
        hint="Of numbers, dates and times, such as de-DE. Empty: as machines write them."
      >
        <Input
          value={draft.language ?? ""}
          onChange={(_, { value }) => change(withMember(draft, "language", value || undefined))}
        />
      </Member>
      <Member path="timeZone" label="Time zone" hint="Of local times, such as Europe/Berlin. Empty: UTC.">
        <SuggestInput
          value={draft.timeZone ?? ""}
          suggestions={timeZones}
          change={(value) => change(withMember(draft, "timeZone", value || undefined))}
        />
      </Member>
    </section>
  );
}

interface OfKindProps {
  readonly draft: FormatDraft;
  readonly change: (draft: FormatDraft) => void;
}

/** What only formats of some kinds have. */
function OfKind({ draft, change }: OfKindProps) {
  switch (draft.kind) {
    case "excel":
      return null;
    case "xmlElement":
    case "xmlAttribute":
      return <Xml draft={draft} change={change} />;
    case "fixedWidth":
      return (
        <>
          <TextFile draft={draft} change={change} />
          <FixedColumns draft={draft} change={change} />
        </>
      );
    default:
      return (
        <>
          <Delimited draft={draft} change={change} />
          <TextFile draft={draft} change={change} />
        </>
      );
  }
}
