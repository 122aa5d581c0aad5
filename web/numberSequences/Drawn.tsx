import type { Schemas } from "../api/api.ts";
import { DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";

type DrawnNumbers = Schemas["DrawnNumbers"];

/** The next number of each company in which some were given to records. */
export function Drawn({ drawn }: { readonly drawn: readonly DrawnNumbers[] }) {
  return (
    <DataTable<DrawnNumbers>
      label="Next numbers"
      rows={drawn}
      keyOf={({ entity, company = "" }) => `${company} ${entity}`}
      columns={[
        { name: "Entity", width: "minmax(12rem, 2fr)", cell: ({ entity }) => <bdi>{entity}</bdi> },
        { name: "Company", width: "8rem", cell: ({ company = "Shared" }) => company },
        { name: "Next number", width: "10rem", isNumber: true, cell: ({ next }) => next },
      ]}
      empty={<Empty title="No number was drawn yet">Records get them when they are stored.</Empty>}
    />
  );
}
