import { Button } from "@fluentui/react-components";
import { Empty } from "../../parts/Empty.tsx";
import { useMe } from "../../parts/Me.tsx";
import { memberPart } from "../memberPart.ts";
import { PartForm } from "../PartForm.tsx";
import type { Stored } from "../../parts/project.ts";
import { usePart } from "../usePart.ts";
import { SequenceNumbers } from "./SequenceNumbers.tsx";
import { SequencePicture } from "./SequencePicture.tsx";
import { resequenced, type Steps, stepsOf, stepText, withSteps } from "./steps.ts";

const part = memberPart<Steps>({ what: "The sequence", read: stepsOf, write: withSteps }, (entity, steps) => {
  const step = steps[entity];
  return { label: entity, content: step ? stepText(step) : "Not in the project" };
});

/** Entity sequence: which entity runs after which, as a picture and as numbers. */
export function SequencePanel({ stored }: { readonly stored: Stored }) {
  const { mayManage } = useMe();
  const editing = usePart(stored, part, stepsOf(stored.value));
  const { part: steps, change } = editing;
  if (Object.keys(steps).length === 0) {
    return <Empty title="There is nothing to put in order">A project with entities runs them in their sequence.</Empty>;
  }
  const resequence = <Button onClick={() => change(resequenced(steps, 1))}>Resequence</Button>;
  return (
    <PartForm editing={editing} part={part} actions={resequence}>
      <p className="faint">
        Units run one after another, levels inside a unit, and sequences inside a level; entities with the same numbers
        run side by side.
        {mayManage &&
          " Drag an entity, or move it by keys: up and down its sequence, left and right its level, with Ctrl its unit."}
      </p>
      <SequencePicture steps={steps} {...(mayManage && { change })} />
      <h2>As numbers</h2>
      <SequenceNumbers steps={steps} {...(mayManage && { change })} />
    </PartForm>
  );
}
