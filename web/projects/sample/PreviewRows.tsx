import { Badge } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";

type Preview = Schemas["Preview"];
type Row = Schemas["PreviewedRow"];

const outcomes: Readonly<Record<Row["outcome"], readonly [string, "success" | "informative" | "danger" | "subtle"]>> = {
  created: ["Would be created", "success"],
  updated: ["Would be updated", "success"],
  unchanged: ["Unchanged", "informative"],
  rejected: ["Rejected", "danger"],
  notCompared: ["Not compared", "subtle"],
};

/** The first rows of a file as they came, with what would become of each. */
export function PreviewRows({ preview: { columns, rows } }: { readonly preview: Preview }) {
  return (
    <DataTable
      label="First rows"
      columns={columnsOf(columns)}
      rows={rows}
      keyOf={({ line, place }) => `${line} ${place?.column ?? ""}`}
      empty={<Empty title="No row can be shown" />}
    />
  );
}

function columnsOf(names: readonly string[]): readonly Column<Row>[] {
  return [
    { name: "Line", width: "4rem", isNumber: true, cell: ({ line }) => line },
    {
      name: "Import",
      width: "minmax(11rem, 16rem)",
      cell: ({ outcome, problems }) => (
        <span className="wrap">
          <Badge appearance="tint" color={outcomes[outcome][1]}>
            {outcomes[outcome][0]}
          </Badge>
          {problems.map(({ field, code, message }) => (
            <div key={`${field} ${code} ${message}`} className="prose problem">
              {message}
            </div>
          ))}
        </span>
      ),
    },
    ...names.map((name, index): Column<Row> => ({
      name,
      width: "minmax(8rem, 1fr)",
      cell: ({ cells, raw }) => <bdi className="prose">{cells[index] ?? (index === 0 ? raw : "")}</bdi>,
    })),
  ];
}
