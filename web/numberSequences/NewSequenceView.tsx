import { NewView } from "../parts/definition/NewView.tsx";
import { newSequence, sequenceKind } from "./sequenceKind.tsx";
import { SequenceForm } from "./SequenceForm.tsx";

/** A new number sequence. */
export function Component() {
  return <NewView kind={sequenceKind} blank={newSequence()} form={(form) => <SequenceForm {...form} />} />;
}
