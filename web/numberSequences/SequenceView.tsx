import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { Drawn } from "./Drawn.tsx";
import { sequenceKind } from "./sequenceKind.tsx";
import { SequenceForm } from "./SequenceForm.tsx";

/** A number sequence, and how far its numbers are. */
export function Component() {
  return (
    <OneView
      kind={sequenceKind}
      gone="Its definition will be gone. One that is made again under its name goes on behind its numbers."
      tabs={(stored) => [
        {
          name: "sequence",
          text: "Number sequence",
          content: () => <Editing kind={sequenceKind} stored={stored} form={(form) => <SequenceForm {...form} />} />,
        },
        { name: "drawn", text: "Next numbers", content: () => <Drawn drawn={stored.value.drawn ?? []} /> },
      ]}
    />
  );
}
