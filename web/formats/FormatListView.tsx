import { ListView } from "../parts/definition/ListView.tsx";
import { formatKind, kindText } from "./formatKind.tsx";

/** The source data formats, those that are built in among them. */
export function Component() {
  return (
    <ListView
      kind={formatKind}
      about="A format says how the rows of a file are written."
      columns={[
        { name: "File format", width: "minmax(8rem, 1fr)", cell: (format) => kindText(format) },
        { name: "Language", width: "8rem", cell: ({ language }) => <bdi>{language}</bdi> },
        { name: "Time zone", width: "minmax(8rem, 1fr)", cell: ({ timeZone }) => <bdi>{timeZone}</bdi> },
        { name: "Version", width: "8rem", cell: ({ isBuiltIn, version }) => (isBuiltIn ? "Built in" : version) },
      ]}
    />
  );
}
