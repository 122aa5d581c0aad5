import { Input } from "@fluentui/react-components";
import type { FormOf } from "../parts/definition/Editor.tsx";
import { NameFields } from "../parts/definition/NameFields.tsx";
import { Member } from "../parts/definition/Problems.tsx";
import { NumberInput, OptionalNumberInput } from "../parts/NumberInput.tsx";

/** All that a number sequence says. */
export function SequenceForm({ draft, change, isNew }: FormOf<"number-sequences">) {
  const { largest, next, ...rest } = draft;
  const setLargest = (number: number | undefined): void =>
    change({ ...rest, ...(next !== undefined && { next }), ...(number !== undefined && { largest: number }) });
  const setNext = (number: number | undefined): void =>
    change({ ...rest, ...(largest !== undefined && { largest }), ...(number !== undefined && { next: number }) });
  return (
    <section className="panel form" aria-label="The number sequence">
      <NameFields draft={draft} isNew={isNew} change={(named) => change({ ...draft, ...named })} />
      <Member path="format" label="Format" required hint="One run of # stands for the digits: INV-######.">
        <Input value={draft.format} onChange={(_, { value }) => change({ ...draft, format: value })} />
      </Member>
      <Member path="smallest" label="Smallest number">
        <NumberInput number={draft.smallest ?? NaN} change={(number) => change({ ...draft, smallest: number })} />
      </Member>
      <Member path="largest" label="Largest number" hint="Empty: all that the format has room for.">
        <OptionalNumberInput number={largest} change={setLargest} />
      </Member>
      <Member path="next" label="Next number" hint="No smaller number is drawn. Empty: the smallest.">
        <OptionalNumberInput number={next} change={setNext} />
      </Member>
    </section>
  );
}
