import { Textarea } from "@fluentui/react-components";
import type { FormOf } from "../parts/definition/Editor.tsx";
import { NameFields } from "../parts/definition/NameFields.tsx";
import { Member } from "../parts/definition/Problems.tsx";
import "./stylesheets.css";

const linesShown = 24;

/** All that a stylesheet says. */
export function StylesheetForm({ draft, change, isNew }: FormOf<"stylesheets">) {
  return (
    <section className="panel form source-form" aria-label="The stylesheet">
      <NameFields draft={draft} isNew={isNew} change={(named) => change({ ...draft, ...named })} />
      <Member path="content" label="XSLT" required hint="XSLT 1.0, without files and network.">
        <Textarea
          className="source"
          resize="vertical"
          textarea={{ rows: linesShown, spellCheck: false, wrap: "off" }}
          value={draft.content}
          onChange={(_, { value }) => change({ ...draft, content: value })}
        />
      </Member>
    </section>
  );
}
