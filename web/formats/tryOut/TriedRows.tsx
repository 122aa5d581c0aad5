import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import type { Tried } from "./useTryOut.ts";

type Row = Tried["rows"][number];

/** The first rows as the format takes them apart. */
export function TriedRows({ tried: { columns, rows } }: { readonly tried: Tried }) {
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

function columnsOf(columns: Tried["columns"]): readonly Column<Row>[] {
  return [
    { name: "Line", width: "4rem", isNumber: true, cell: ({ line }) => line },
    { name: "Problems", width: "minmax(10rem, 16rem)", cell: ({ problems }) => <Problems of={problems} /> },
    ...columns.map(({ name, type, reason }, index): Column<Row> => ({
      // A file may call two of them by one name.
      name: `Column ${index + 1}, ${name}`,
      head: (
        <span title={reason}>
          <bdi className="wrap">{name}</bdi> <span className="faint column-type">{type}</span>
        </span>
      ),
      width: "minmax(8rem, 1fr)",
      cell: ({ cells, raw }) => <bdi className="prose">{cells[index] ?? (index === 0 ? raw : "")}</bdi>,
    })),
  ];
}

function Problems({ of }: { readonly of: Row["problems"] }) {
  if (of.length === 0) return <span className="faint">None</span>;
  return of.map(({ field, column, code, message }) => (
    <div key={`${field} ${code} ${message}`} className="prose problem">
      {column !== undefined && !message.includes(column) && (
        <>
          <bdi>{column}</bdi>:{" "}
        </>
      )}
      {message}
    </div>
  ));
}
