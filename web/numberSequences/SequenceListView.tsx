import { ListView } from "../parts/definition/ListView.tsx";
import { sequenceKind } from "./sequenceKind.tsx";

/** The number sequences. */
export function Component() {
  return (
    <ListView
      kind={sequenceKind}
      about="A number sequence numbers records when they are stored, one after another, and leaves none out."
      columns={[
        { name: "Format", width: "minmax(10rem, 1fr)", cell: ({ format }) => <bdi>{format}</bdi> },
        { name: "Next number", width: "10rem", isNumber: true, cell: ({ next }) => next },
        { name: "Largest number", width: "10rem", isNumber: true, cell: ({ largest }) => largest },
        { name: "Description", width: "minmax(12rem, 2fr)", cell: ({ description }) => <bdi>{description}</bdi> },
      ]}
    />
  );
}
