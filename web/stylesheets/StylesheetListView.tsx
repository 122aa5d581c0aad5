import { ListView } from "../parts/definition/ListView.tsx";
import { stylesheetKind } from "./stylesheetKind.tsx";

/** The stylesheets. */
export function Component() {
  return (
    <ListView
      kind={stylesheetKind}
      about="A stylesheet makes the XML of a sender into what a line of a data project takes."
      columns={[
        { name: "Description", width: "minmax(12rem, 3fr)", cell: ({ description }) => <bdi>{description}</bdi> },
        { name: "Version", width: "6rem", isNumber: true, cell: ({ version }) => version },
      ]}
    />
  );
}
